"""``/hub/when-stopped``: what counts as use of one's servers, and when they would be stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tornado.web import authenticated

from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.culling_outlook import (
    SILENT,
    is_silent,
    rules_text,
    state_text,
    use_text,
)
from catalyst_hub.i18n.formats import city
from catalyst_hub.i18n.notices import place_of
from catalyst_hub.usecases.explain_culling import Explained, explain_culling


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One running server in its owner's words: what becomes of it, when it was used last, and the
    rules of it, a sentence each; ``silent`` where it does not say itself what it does."""

    name: str
    state: str
    use: str
    silent: str
    rules: tuple[str, ...]
    city: str


class WhenStoppedPage(Localized):
    """Of the servers that run now."""

    is_strict = True

    @authenticated
    async def get(self) -> None:
        """Show it; nothing is used by looking here."""
        runtime, name = self.runtime, self.current_user.name
        now = runtime.now()
        found = await self.read(
            lambda uow: explain_culling(uow, runtime.policy, now, user_name=name)
        )
        servers = [self._row(each, now, self.translator) for each in found.servers]
        self.finish(await self.render_template("catalyst/when_stopped.html", servers=servers))

    def _row(self, each: Explained, now: datetime, speak: Translator) -> ServerRow:
        session, outlook = each.session, each.outlook
        place = place_of(self.runtime.policy, session.choice.community, speak)
        told = each.outlook, each.ground, each.notice
        state = state_text(*told, session.zone, place, now, speak)
        if outlook is None:
            return ServerRow(session.key.server_name, state, "", "", (), "")
        return ServerRow(
            session.key.server_name,
            state,
            use_text(outlook.idleness, session.zone, now, speak),
            speak.gettext(SILENT) if is_silent(session, outlook.idleness, now) else "",
            tuple(rules_text(outlook.rules, speak)),
            city(session.zone, speak.locale),
        )


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [(r"/when-stopped/?", WhenStoppedPage)]
