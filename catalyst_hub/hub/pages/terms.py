"""``/hub/terms/SLUG``: what a community asks of its people, to read and to accept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyterhub.utils import url_escape_path
from tornado.httputil import url_concat
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Code
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.denied import StartDeniedError
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.usecases.accept_terms import accept_terms
from catalyst_hub.usecases.show_terms import TermsView, show_terms

#: What was chosen before, and the server it was for: kept for the way back to the picker.
_KEPT = ("community", "profile", "size", "interface", "image", "server", "next")
_LONGEST = 500


def waited_for(error: BaseException | None) -> str | None:
    """The community, by slug, whose terms of use stood in the way of a start; None: they did
    not."""
    if isinstance(error, StartDeniedError) and error.denied.code is Code.TERMS_NOT_ACCEPTED:
        return error.denied.community
    return None


class TermsPage(Localized):
    """The text in the reader's language, or the next best; a button; and back to the picker."""

    is_strict = True

    @authenticated
    async def get(self, slug: str) -> None:
        """Show it to the community's people; others have no such page."""
        await self._show(slug)

    @authenticated
    async def post(self, slug: str) -> None:
        """Accept what was shown; terms that have changed since are shown anew."""
        runtime, name = self.runtime, self.current_user.name
        version = self.get_body_argument("version", "")[:_LONGEST]
        language = self.get_body_argument("language", "")
        is_accepted = await self.change(
            lambda uow: accept_terms(
                uow, runtime.policy, slug, name, version, language[:16], runtime.now()
            )
        )
        if is_accepted is None:
            raise HTTPError(404)
        if not is_accepted:
            self.set_status(409)
            await self._show(slug, has_changed=True)
            return
        self.redirect(self._picker(), status=303)

    async def _show(self, slug: str, *, has_changed: bool = False) -> None:
        view = await self._find(slug)
        language, text = view.terms.read_in(self._languages(view.community))
        html = await self.render_template(
            "catalyst/terms.html",
            title=text_in(view.community.title, self.translator.language),
            version=view.terms.version,
            text_language=language,
            paragraphs=[part.strip() for part in text.split("\n\n") if part.strip()],
            accepted_on=self._accepted_on(view),
            has_changed=has_changed,
            # Without the query, or each word would come twice.
            action=self.request.path,
            kept=self._kept(),
        )
        self.finish(html)

    async def _find(self, slug: str) -> TermsView:
        runtime, name = self.runtime, self.current_user.name
        view = await self.read(
            lambda uow: show_terms(uow, runtime.policy, slug, name, runtime.now())
        )
        if view is None:
            raise HTTPError(404)
        return view

    def _languages(self, community: Community) -> tuple[str, ...]:
        """The reader's, then the community's in their order, then English, which many can read."""
        return self.translator.language, *community.languages, "en"

    def _accepted_on(self, view: TermsView) -> str:
        if view.acceptance is None:
            return ""
        return self.translator.instant(view.acceptance.accepted_at, view.community.zone)

    def _kept(self) -> Mapping[str, str]:
        found = {key: self.get_argument(key, "")[:_LONGEST] for key in _KEPT}
        return {key: word for key, word in found.items() if word}

    def _picker(self) -> str:
        """The picker of that server, with what was chosen."""
        kept = dict(self._kept())
        server = url_escape_path(kept.pop("server", ""))
        return url_concat(self.hub_url("spawn", self.current_user.escaped_name, server), kept)


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [(r"/terms/([^/]+)", TermsPage)]
