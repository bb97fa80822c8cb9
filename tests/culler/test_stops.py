"""Stops side by side, with a Hub that answers when the test lets it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.culler.stops import Stops
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.remove_member import remove_member
from tests.culler.test_observer import runtime, start
from tests.hub.conftest import free_port

__all__ = ["runtime"]

PEOPLE = ("amina", "joao", "kofi")
#: Longer than any of this takes, and shorter than the test's patience.
LONG_S = 20.0


class StoppingHub:
    """Its servers all run. Stops of the ``stuck`` are answered when the test lets them go."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.asked: list[str] = []
        self.removed: list[str] = []
        self.at_once = self.most_at_once = 0
        self.stuck: set[str] = set()
        self.silent: set[str] = set()
        self.is_broken = False
        self.let_go = asyncio.Event()

    async def stop(self, name: str, body: bytes) -> None:
        self.asked.append(name)
        self.removed += [name] if body and json.loads(body)["remove"] else []
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if name in self.stuck:
            await self.let_go.wait()
        else:
            # Time for others to come, were they let.
            for _ in range(20):
                await asyncio.sleep(0)
        self.at_once -= 1


class Server(RequestHandler):
    def initialize(self, hub: StoppingHub) -> None:
        self.hub = hub

    async def delete(self, name: str, _server: str) -> None:
        await self.hub.stop(name, self.request.body)
        self.set_status(204)


class Servers(RequestHandler):
    def initialize(self, hub: StoppingHub) -> None:
        self.hub = hub

    def post(self) -> None:
        if self.hub.is_broken:
            raise HTTPError(502)
        nothing = {"started": None, "last_activity": None, "user_options": {}}
        items = [
            {"user": user, "name": name, "ready": True, "pending": None, **nothing}
            for user, name in json.loads(self.request.body)["servers"]
            if user not in self.hub.silent
        ]
        self.write(json.dumps({"items": items}))


@pytest.fixture
async def hub() -> AsyncIterator[StoppingHub]:
    hub = StoppingHub()
    routes = [
        (r"/users/([^/]+)/servers/(.*)", Server, {"hub": hub}),
        (r"/catalyst/servers", Servers, {"hub": hub}),
    ]
    server = HTTPServer(Application(routes))
    server.listen(int(hub.url.rpartition(":")[2]), "127.0.0.1")
    yield hub
    hub.let_go.set()
    server.stop()
    await server.close_all_connections()


@pytest.fixture
async def due(runtime: Runtime) -> list[Session]:
    """Servers of three who were removed, whose notices are over."""
    await runtime.write(lambda uow: uow.heartbeats.beat(HUB_READY, runtime.now()))
    for name in PEOPLE:
        await start(runtime, ServerKey(name))
    return [await remove(runtime, name) for name in PEOPLE]


async def remove(runtime: Runtime, name: str) -> Session:
    def work(uow: Any) -> Session:
        now = runtime.now()
        session = uow.sessions.live(ServerKey(name))
        community = session.choice.community
        before = now - timedelta(minutes=1)
        uow.notices.give(Notice(session.session_id, Reason.REMOVED, before, before))
        remove_member(uow, runtime.policy, community, name, "root", now, by_operator=True)
        return session

    return await runtime.write(work)


def stops(runtime: Runtime, hub: StoppingHub, at_once: int, slow_s: float = LONG_S) -> Stops:
    return Stops(runtime, HubClient(hub.url, "x"), at_once, slow_s=slow_s)


async def asked(hub: StoppingHub, count: int) -> None:
    async with asyncio.timeout(LONG_S):
        while len(hub.asked) < count:
            await asyncio.sleep(0.005)


async def test_no_more_stop_at_once_than_there_are_places(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    line = stops(runtime, hub, 2)
    line.begin(due)
    await line.settle(LONG_S)
    assert sorted(hub.asked) == sorted(PEOPLE)
    assert hub.most_at_once <= 2


async def test_they_do_stop_at_once(runtime: Runtime, hub: StoppingHub, due: list[Session]) -> None:
    hub.stuck = set(PEOPLE)
    line = stops(runtime, hub, 3)
    line.begin(due)
    await asked(hub, 3)
    assert hub.at_once == 3


async def test_one_that_hangs_gives_its_place_to_the_next(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    hub.stuck = {PEOPLE[0]}
    line = stops(runtime, hub, 1, slow_s=0.05)
    line.begin(due)
    await asked(hub, 3)
    assert sorted(hub.asked) == sorted(PEOPLE)


async def test_what_is_being_stopped_is_not_asked_for_again(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    hub.stuck = set(PEOPLE)
    line = stops(runtime, hub, 3, slow_s=0.05)
    for _ in range(3):
        line.begin(due)
        await asked(hub, 3)
    await line.settle(0.2)
    assert sorted(hub.asked) == sorted(PEOPLE)
    hub.let_go.set()
    await line.settle(LONG_S)
    line.begin(due)
    await asked(hub, 6)


async def test_while_the_hub_does_not_answer_nothing_stops_and_all_come_next_time(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    hub.is_broken = True
    line = stops(runtime, hub, 3)
    line.begin(due)
    await line.settle(LONG_S)
    assert hub.asked == []
    hub.is_broken = False
    line.begin(due)
    await line.settle(LONG_S)
    assert sorted(hub.asked) == sorted(PEOPLE)


async def test_a_fault_in_one_stop_does_not_keep_its_server_from_being_stopped_later(
    runtime: Runtime, hub: StoppingHub, due: list[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    line = stops(runtime, hub, 3)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr("catalyst_hub.culler.stops.note_stop", fail)
        line.begin(due)
        await line.settle(LONG_S)
    line.begin(due)
    await asked(hub, 6)


async def test_a_server_of_which_the_hub_says_nothing_waits_and_holds_no_other(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    hub.silent = {"kofi"}
    line = stops(runtime, hub, 3)
    line.begin(due)
    await line.settle(LONG_S)
    assert sorted(hub.asked) == ["amina", "joao"]
    hub.silent.clear()
    line.begin(due)
    await line.settle(LONG_S)
    assert "kofi" in hub.asked


async def test_a_named_server_is_forgotten_only_where_the_operator_says_so_and_for_being_idle(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    line = Stops(runtime, HubClient(hub.url, "x"), 3, is_removing=True)
    line.begin(due)
    await line.settle(LONG_S)
    assert len(hub.asked) == 3
    assert hub.removed == [], "nor is a server without a name, which cannot be forgotten"
