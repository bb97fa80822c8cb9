"""How thin the reader's line is, found out by three small requests, and the way to what fits it.

A browser follows an empty redirect: that takes a round trip. The style sheet it leads to names a
picture, which is asked for as soon as the sheet is there: that takes a round trip and the time of
its bytes. No script, nobody else, and nothing is kept but two numbers in memory.
"""

from __future__ import annotations

import base64
import random
import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.scopes import needs_scope
from jupyterhub.utils import url_escape_path, url_path_join
from tornado.httputil import url_concat
from tornado.web import HTTPError, authenticated

from catalyst_hub.core.line import Line, line_of
from catalyst_hub.core.profile import INTERFACES
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.usecases.choose_interface import choose_interface

LIGHT = "light"
#: As much as a server may send at once, so that the sheet takes one round trip and no more.
_SENT_BYTES = 10_000
#: People move: after this a line is measured anew.
_FRESH_S = 1800
_PEOPLE = 10_000


@dataclass(slots=True)
class _Trip:
    asked_at: float
    sent_at: float | None = None
    line: Line | None = None


class Lines:
    """The lines of those who came last; forgotten with the process."""

    def __init__(self) -> None:
        self._trips: OrderedDict[str, _Trip] = OrderedDict()

    def begin(self, name: str, now: float) -> None:
        """The empty redirect was asked for."""
        self._trips.pop(name, None)
        self._trips[name] = _Trip(now)
        if len(self._trips) > _PEOPLE:
            self._trips.popitem(last=False)

    def send(self, name: str, now: float) -> None:
        """The sheet was asked for."""
        if trip := self._trips.get(name):
            trip.sent_at = now

    def end(self, name: str, now: float) -> None:
        """The picture was asked for: the sheet is there."""
        trip = self._trips.get(name)
        if trip is not None and trip.sent_at is not None:
            trip.line = line_of(trip.sent_at - trip.asked_at, now - trip.sent_at, _SENT_BYTES)

    def of(self, name: str, now: float) -> Line | None:
        """Her line; None: nobody knows, or not any more."""
        trip = self._trips.get(name)
        return trip.line if trip is not None and now - trip.asked_at < _FRESH_S else None


def lines_of(page: BaseHandler) -> Lines:
    """Those of the process."""
    lines: Lines = page.settings.setdefault("catalyst_lines", Lines())
    return lines


def has_light_way(page: Localized, spawner: Any) -> bool:
    """Whether a server could be seen through the light interface, and is not."""
    options = spawner.user_options if isinstance(spawner.user_options, dict) else {}
    community = page.policy.community(str(options.get("community"))) if page.policy else None
    profile = community.profile(str(options.get("profile"))) if community else None
    return (
        profile is not None
        and LIGHT in profile.interfaces
        and options.get("interface", LIGHT) != LIGHT
    )


def line_words(page: Localized) -> dict[str, Any]:
    """For a page on which something light can be chosen: whether the reader's line is thin, or
    where to measure it, unless that was done."""
    line = lines_of(page).of(page.current_user.name, time.monotonic())
    if page.request.headers.get("Save-Data", "").lower() == "on" or (line and line.is_thin):
        return {"is_thin": True}
    return {} if line else {"line_url": page.hub_url("line")}


def light_words(page: Localized, spawner: Any) -> dict[str, Any]:
    """For a page that waits for one's own server: the same, and where to take the light way."""
    is_own = spawner.user.name == page.current_user.name
    if not is_own or page.get_argument("next", "") or not has_light_way(page, spawner):
        return {}
    return line_words(page) | {"light_url": light_url(page, spawner.name)}


def light_url(page: Localized, server_name: str) -> str:
    """Where the light way is chosen, by a POST."""
    return page.hub_url("light", url_escape_path(server_name))


class _LinePage(Localized, BaseHandler):
    """Signed-in people only: the numbers are theirs."""

    def measure(self) -> tuple[str, float]:
        """Whose line it is, and when she asked."""
        self.set_header("Cache-Control", "no-store")
        return self.current_user.name, time.monotonic()


class RoundTripPage(_LinePage):
    """``/hub/line``: nothing, and where to go on."""

    @authenticated
    def get(self) -> None:
        """Send her on."""
        lines_of(self).begin(*self.measure())
        self.redirect(self.hub_url("line/sheet.css"))


class SheetPage(_LinePage):
    """``/hub/line/sheet.css``: some bytes that nothing makes fewer."""

    @authenticated
    def get(self) -> None:
        """Send them."""
        lines_of(self).send(*self.measure())
        self.set_header("Content-Type", "text/css")
        self.finish(f"/*{_noise()}*/.line{{background:url({self.hub_url('line/end.gif')})}}")


class EndPage(_LinePage):
    """``/hub/line/end.gif``: no picture at all."""

    @authenticated
    def get(self) -> None:
        """The sheet is there."""
        lines_of(self).end(*self.measure())
        self.set_status(204)
        self.finish()


@cache
def _noise() -> str:
    return base64.b64encode(random.Random(1).randbytes(_SENT_BYTES)).decode()  # noqa: S311


class LightPage(Localized, BaseHandler):
    """``POST /hub/light``: from now on the light interface, for the server that starts, too."""

    is_strict = True

    def get(self, server_name: str = "") -> None:
        """A reload after the POST: nothing to do."""
        self.redirect(self.hub_url("home"))

    @authenticated
    async def post(self, server_name: str = "") -> None:
        """Remember it, and go on to the server or back to the wait for it."""
        await self._choose(user_name=self.current_user.name, server_name=server_name)

    @needs_scope("servers")
    async def _choose(self, user_name: str, server_name: str) -> None:
        user = self.find_user(user_name)
        spawner = user.spawners.get(server_name) if user is not None else None
        if spawner is None or not has_light_way(self, spawner):
            raise HTTPError(404)
        policy = self.runtime.policy
        await self.change(lambda uow: choose_interface(uow, policy, user_name, LIGHT))
        goal = url_path_join(user.server_url(server_name), INTERFACES[LIGHT])
        waiting = self.hub_url("spawn-pending", user.escaped_name, url_escape_path(server_name))
        self.redirect(goal if spawner.ready else url_concat(waiting, {"next": goal}), status=303)


def routes() -> list[tuple[str, type[Localized]]]:
    """Below ``/hub``."""
    return [
        (r"/line", RoundTripPage),
        (r"/line/sheet\.css", SheetPage),
        (r"/line/end\.gif", EndPage),
        (r"/light/?", LightPage),
        (r"/light/([^/]+)", LightPage),
    ]
