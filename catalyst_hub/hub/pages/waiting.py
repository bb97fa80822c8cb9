"""``/hub/waiting``: one's place in line for a seat, kept by looking at it now and then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from jupyterhub.utils import url_escape_path
from tornado.web import authenticated

from catalyst_hub.core.profile import text_in
from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.denied import StartDeniedError
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pages.maintenances import maintenances_on
from catalyst_hub.hub.pages.notices import notices_beside
from catalyst_hub.i18n import Translator
from catalyst_hub.usecases.leave_line import leave_line
from catalyst_hub.usecases.show_waiting import Waiting, show_waiting

#: Seconds until the page looks again: often where it is nearly her turn, and never so seldom
#: that she would seem to be away.
_SOONEST_S, _LATEST_S = 5, 45
_PEOPLE_A_SECOND = 2
_HOUR = timedelta(hours=1)
_ABOUT = timedelta(minutes=5)


def is_waiting(error: BaseException | None) -> bool:
    """Whether a start was refused, and its owner got a place in line instead."""
    return isinstance(error, StartDeniedError) and error.is_waiting


def waiting_url(page: Localized, server_name: str) -> str:
    """The page of the line in which a server of the signed-in person waits."""
    return page.hub_url("waiting", url_escape_path(server_name))


class WaitingPage(Localized):
    """Looks again by a ``Refresh`` header; starts nothing, the Hub and the button do."""

    is_strict = True

    @authenticated
    async def get(self, server_name: str = "") -> None:
        """Show the place; whoever has started meanwhile goes on to the server."""
        user = self.current_user
        spawner = user.spawners.get(server_name)
        if spawner is not None and spawner.active:
            server = url_escape_path(server_name)
            self.redirect(self.hub_url("spawn-pending", user.escaped_name, server))
            return
        view = await self._look(server_name)
        if view is None:
            self.redirect(self._picker(server_name))
            return
        self.set_header("Refresh", f"{_pause_s(view.before)}; url={self.request.path}")
        words = self._words(view) | await notices_beside(self, server_name)
        self.finish(await self.render_template("catalyst/waiting.html", **words))

    async def _look(self, server_name: str) -> Waiting | None:
        runtime, key = self.runtime, ServerKey(self.current_user.name, server_name)
        return await self.change(lambda uow: show_waiting(uow, runtime.policy, key, runtime.now()))

    def _words(self, view: Waiting) -> dict[str, Any]:
        speak, place = self.translator, view.place
        room, now = self.runtime.policy.waiting_room, self.runtime.now()
        until = place.seat_until if place.has_seat(now) else None
        owner = text_in(view.community.title, speak.language)
        if view.workshop:
            owner = speak.gettext("“%(title)s”", title=view.workshop)
        return {
            "title": owner,
            "choice": place.options,
            "seat_until": speak.instant(until, view.community.zone) if until else "",
            "stand": stand_text(view.before, speak),
            "estimate": estimate_text(view.estimate, speak),
            "explanation": self.explain_denial(view.in_the_way) if view.in_the_way else None,
            "kept_minutes": room.place_kept // timedelta(minutes=1),
            "held_minutes": room.seat_held // timedelta(minutes=1),
            "start_url": self._picker(place.key.server_name),
            "leave_url": waiting_url(self, place.key.server_name),
            "watch_url": self.request.path,
            "maintenances": maintenances_on(self),
        }

    @authenticated
    async def post(self, server_name: str = "") -> None:
        """Leave the line."""
        runtime, key = self.runtime, ServerKey(self.current_user.name, server_name)
        await self.change(lambda uow: leave_line(uow, key, runtime.now()))
        self.redirect(self.hub_url("home"), status=303)

    def _picker(self, server_name: str) -> str:
        return self.hub_url("spawn", self.current_user.escaped_name, url_escape_path(server_name))


def stand_text(before: int, speak: Translator) -> str:
    """How many people come first."""
    if not before:
        return speak.gettext("You are next.")
    return speak.ngettext(
        "One person is before you.", "%(n)s people are before you.", before, n=speak.number(before)
    )


def estimate_text(estimate: timedelta | None, speak: Translator) -> str:
    """No more exact than it is known."""
    if estimate is None:
        return speak.gettext(
            "Nobody can say yet how long that takes: it depends on when others stop their servers."
        )
    if estimate > _HOUR:
        return speak.gettext("As it goes now, that may take more than an hour.")
    minutes = max(1, -(-estimate // _ABOUT)) * (_ABOUT // timedelta(minutes=1))
    return speak.gettext("As it goes now, that takes about %(n)s minutes.", n=speak.number(minutes))


def _pause_s(before: int) -> int:
    return min(_LATEST_S, _SOONEST_S + before // _PEOPLE_A_SECOND)


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [(r"/waiting/?", WaitingPage), (r"/waiting/([^/]+)", WaitingPage)]
