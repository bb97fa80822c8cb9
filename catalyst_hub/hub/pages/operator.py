"""``/hub/operator``: how the hub is doing, for operators who are not there every day.

In the Hub, because all of it is known here already: a service would need the file's problems, the
providers' troubles and the running roles handed to it.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import jupyterhub
from tornado.web import authenticated

from catalyst_hub import __version__
from catalyst_hub.communities_file import Problem
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.restart import Part, RestartReason
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.hub.operators import require_operator
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.reload import Reload
from catalyst_hub.i18n.translator import N_
from catalyst_hub.usecases.inspect_hub import HubState, inspect_hub

_REASONS: Mapping[Part, str] = MappingProxyType(
    {
        Part.HUB_NAME: N_(
            "The file calls this hub %(names)s now. Until the restart nothing of this version is "
            "in force; after it, costs and people so far stay behind under the old name. Unless "
            "you want that, change the name back."
        ),
        Part.PROVIDER_NEW: N_(
            "New ways to sign in: %(names)s. Until the restart nobody can sign in with them."
        ),
        Part.PROVIDER_CHANGED: N_(
            "Changed ways to sign in: %(names)s. Until the restart their old settings are used."
        ),
        Part.PROVIDER_REPLACED: N_(
            "Ways to sign in that are of another kind now: %(names)s. Until the restart nobody "
            "can sign in with them; who is signed in stays so."
        ),
        Part.PROVIDER_ASKS_MORE: N_(
            "Rules name groups or e-mail domains that the hub does not ask for yet at %(names)s. "
            "They let people in when these sign in after the restart."
        ),
        Part.COMMUNITY_NEW: N_(
            "New communities: %(names)s. Their people get in and can work, and limits and costs "
            "count. Until the restart their champions and instructors cannot open their pages; "
            "operators can."
        ),
    }
)


class OperatorPage(Localized):
    """What needs the operator, first; then how everything stands."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it to operators; for everybody else there is no such page."""
        require_operator(self)
        runtime, now = self.runtime, self.runtime.now()
        try:
            state = await runtime.read(lambda uow: inspect_hub(uow, now))
        except StoreUnavailableError:
            # The page that says what is wrong must not be away when something is.
            state = None
        self.set_header("Cache-Control", "private, no-store")
        self.finish(await self.render_template("catalyst/operator.html", **self._words(state)))

    @property
    def _reload(self) -> Reload:
        reload: Reload = self.settings["catalyst_reload"]
        return reload

    def _words(self, state: HubState | None) -> dict[str, Any]:
        runtime, reload = self.runtime, self._reload
        path = str(runtime.settings.communities_file)
        return {
            "state": state,
            "alerts": list(self._alerts(state)),
            "file": path,
            "every_s": reload.every_s,
            "in_force_since": self._instant(state.in_force_since if state else None),
            "found_at": self._instant(reload.found_at),
            "problems": _lines(path, reload.problems),
            "warnings": _lines(path, reload.warnings),
            "reasons": list(self._sentences(reload.reasons)),
            "culler_seen_at": self._instant(state.culler_seen_at if state else None),
            "providers": [self._provider(provider) for provider in runtime.policy.providers],
            "versions": (
                ("catalyst-hub", __version__),
                ("JupyterHub", jupyterhub.__version__),
                ("Python", platform.python_version()),
                (self.translator.gettext("Database"), runtime.about_store),
            ),
        }

    def _alerts(self, state: HubState | None) -> Iterator[str]:
        """What somebody should do something about, the worst first."""
        _, ngettext = self.translator.gettext, self.translator.ngettext
        if state is None:
            yield _("The database does not answer. Nobody can sign in or start a server.")
        if self._reload.problems:
            yield _("The communities file has mistakes. The version before stays in force.")
        if state and state.is_culler_away:
            yield _(
                "catalyst-culler gives no sign of life. Nobody watches the servers: see whether "
                "it runs, and what its log says."
            )
        for provider in self._silent_providers():
            yield _(
                "%(name)s did not answer when the hub last asked. If that lasts, nobody can sign "
                "in with it.",
                name=provider,
            )
        if reasons := len(self._reload.reasons):
            yield ngettext(
                "%(n)s change waits for a restart of the hub.",
                "%(n)s changes wait for a restart of the hub.",
                reasons,
                n=reasons,
            )
        if state and (unsent := state.unsent_mails):
            yield ngettext(
                "%(n)s mail could not be sent.", "%(n)s mails could not be sent.", unsent, n=unsent
            )

    def _silent_providers(self) -> Iterator[str]:
        for provider in self.runtime.policy.providers:
            if self._is_silent(provider):
                yield self._title(provider)

    def _is_silent(self, provider: Provider) -> bool:
        elsewhere = self.authenticator.oauth_provider(provider.slug)
        return elsewhere is not None and elsewhere.breaker.is_open

    def _provider(self, provider: Provider) -> dict[str, str]:
        _ = self.translator.gettext
        is_offered = self.authenticator.is_offered(provider.slug)
        word = _("no trouble") if is_offered else _("waits for the restart")
        if self._is_silent(provider):
            word = _("does not answer")
        return {"title": self._title(provider), "kind": provider.kind, "state": word}

    def _title(self, provider: Provider) -> str:
        return text_in(provider.title, self.translator.language)

    def _sentences(self, reasons: tuple[RestartReason, ...]) -> Iterator[str]:
        """One for each kind of change, with the names of all that have changed so."""
        for part, sentence in _REASONS.items():
            names = ", ".join(reason.name for reason in reasons if reason.part is part)
            if names:
                yield self.translator.gettext(sentence, names=names)

    def _instant(self, at: datetime | None) -> str:
        zone = self.runtime.policy.zone
        return self.translator.instant(at, zone) if at else ""


def _lines(path: str, problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(f"{path}:{p.line}:{p.column}", p.sentence) for p in problems]


def routes() -> Iterator[tuple[str, type[OperatorPage]]]:
    """Routes below ``/hub``."""
    yield r"/operator", OperatorPage
