"""The Hub gives free seats to whoever waits, and starts for those who are there to see it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from jupyterhub.handlers.base import BaseHandler
from tornado.httputil import (
    HTTPConnection,
    HTTPHeaders,
    HTTPServerRequest,
    RequestStartLine,
)
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.core.waiting import WaitingPlace
from catalyst_hub.hub.denied import StartDeniedError
from catalyst_hub.usecases.call_next import call_next

#: Seconds that a free seat waits for its owner at most.
LOOK_S = 2


class _Nobody(HTTPConnection):
    """A request that nobody sent has nobody to close it."""

    def set_close_callback(self, callback: object) -> None:
        pass


class WaitedStart(BaseHandler):
    """The start that somebody asked for when there was no seat, now that there is one.

    The Hub starts servers by its handlers alone; this one belongs to no open connection, and acts
    for the person who waits, who is signed in as ever.
    """

    def __init__(self, app: Any, user: Any) -> None:
        line = RequestStartLine("POST", app.hub.base_url + "waiting", "HTTP/1.1")
        headers = HTTPHeaders({"Host": "localhost"})
        request = HTTPServerRequest(start_line=line, headers=headers, connection=_Nobody())
        super().__init__(app.tornado_application, request)
        self._jupyterhub_user = user

    async def run(self, place: WaitingPlace) -> None:
        """Start what she waits for, unless she has started something herself, may not sign in any
        more, or has deleted the server: a place in line brings none of that back."""
        user, name = self._jupyterhub_user, place.key.server_name
        if await self.refresh_auth(user, force=True) is None:
            return
        if name and name not in user.orm_user.orm_spawners:
            return
        if not user.spawners[name].active:
            await self.spawn_single_user(user, name, options=dict(place.options))


class Usher:
    """Looks after the lines as long as the Hub runs."""

    def __init__(self, app: Any, runtime: Runtime) -> None:
        self._app = app
        self._runtime = runtime
        #: The seats that a start was tried with: once for each, then it is for the person to try.
        self._tried: set[tuple[int, object]] = set()
        self._starts: set[asyncio.Task[None]] = set()

    async def look(self) -> None:
        """Give away what is free; in a hub where nobody waits, one look at an index."""
        try:
            called = await self._called()
        except StoreUnavailableError:
            # Nobody overtakes meanwhile: nothing starts without the store.
            return
        self._tried &= {_seat(place) for place in called}
        now = self._runtime.now()
        for place in called:
            if _seat(place) not in self._tried and place.is_there(now):
                self._tried.add(_seat(place))
                start = asyncio.ensure_future(self._start(place))
                self._starts.add(start)
                start.add_done_callback(self._starts.discard)

    async def _called(self) -> list[WaitingPlace]:
        runtime = self._runtime
        slugs = await runtime.read(lambda uow: uow.waiting.communities())
        called: list[WaitingPlace] = []
        for slug in slugs:
            called += await runtime.write(partial(self._call, slug))
        return called

    def _call(self, slug: str, uow: UnitOfWork) -> Sequence[WaitingPlace]:
        return call_next(uow, self._runtime.policy, slug, self._runtime.now())

    async def _start(self, place: WaitingPlace) -> None:
        """A start that fails leaves the seat to the person, whose page says what is in the way."""
        name = place.key.user_name
        user = self._app.users.get(name)
        if user is None:
            return
        try:
            await WaitedStart(self._app, user).run(place)
        except (HTTPError, StartDeniedError) as error:
            self._app.log.warning("%s, who has waited, could not start: %s", name, error)
        except Exception:
            self._app.log.exception("Could not start for %s, who has waited", name)


def watch(app: Any, runtime: Runtime) -> Usher:
    """Look after the lines as long as the Hub runs; it stops its callbacks when it ends."""
    usher = Usher(app, runtime)
    callback = PeriodicCallback(usher.look, LOOK_S * 1000)
    app._periodic_callbacks["catalyst_waiting"] = callback
    callback.start()
    return usher


def _seat(place: WaitingPlace) -> tuple[int, object]:
    return place.place_id, place.called_at
