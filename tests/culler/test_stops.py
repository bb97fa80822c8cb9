"""Stops side by side, with a Hub that answers when the test lets it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any, cast

import pytest
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler

from catalyst_hub import communities_file
from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.culler.metrics import exposition
from catalyst_hub.culler.stops import Stops
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.remove_member import remove_member
from tests.culler.test_observer import runtime, start
from tests.hub.communities import COMMUNITIES
from tests.hub.conftest import free_port

__all__ = ["runtime"]

PEOPLE = ("amina", "joao", "kofi")
#: Longer than any of this takes.
LONG_S = 60.0


class StoppingHub:
    """Its servers all run. Stops of the ``stuck`` are answered when the test lets them go, those
    of the ``failing`` with the status that they have there."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.asked: list[str] = []
        #: Of how many each request was.
        self.turns: list[int] = []
        self.removed: list[str] = []
        self.at_once = self.most_at_once = 0
        self.stuck: set[str] = set()
        self.silent: set[str] = set()
        self.failing: dict[str, int] = {}
        self.streams: list[Any] = []
        self.is_broken = False
        self.let_go = asyncio.Event()

    async def stop(self, name: str, server_name: str = "", *, is_removed: bool = False) -> str:
        """What it says of it, as one line."""
        self.asked.append(name)
        self.removed += [name] if is_removed else []
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if name in self.stuck:
            await self.let_go.wait()
        else:
            # Time for others to come, were they let.
            for _ in range(20):
                await asyncio.sleep(0)
        self.at_once -= 1
        status = self.failing.get(name, 204)
        return json.dumps({"user": name, "name": server_name, "status": status}) + "\n"


class Stopping(RequestHandler):
    def initialize(self, hub: StoppingHub) -> None:
        self.hub = hub

    async def post(self) -> None:
        servers = json.loads(self.request.body)["servers"]
        self.hub.turns.append(len(servers))
        self.hub.streams.append(cast("Any", self.request.connection).stream)
        stops = [asyncio.create_task(self.hub.stop(*server)) for server in servers]
        for stop in asyncio.as_completed(stops):
            line = await stop
            with suppress(StreamClosedError):
                # No more than the network does: a line comes in pieces.
                for piece in (line[:9], line[9:]):
                    self.write(piece)
                    await self.flush()


class Server(RequestHandler):
    def initialize(self, hub: StoppingHub) -> None:
        self.hub = hub

    async def delete(self, name: str, server_name: str) -> None:
        body = json.loads(self.request.body or b"{}")
        await self.hub.stop(name, server_name, is_removed=body.get("remove", False))
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
        (r"/catalyst/stops", Stopping, {"hub": hub}),
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
    assert hub.turns == [3], "and are asked for by one request"


async def test_one_that_hangs_keeps_nobody_from_being_told_of_who_was_asked_for_with_it(
    runtime: Runtime, hub: StoppingHub, due: list[Session]
) -> None:
    hub.stuck = {"joao"}
    line = stops(runtime, hub, 3)
    line.begin(due)
    await asked(hub, 3)
    async with asyncio.timeout(LONG_S):
        while len(hub.asked) < 5:
            line.begin(due)
            await asyncio.sleep(0.005)
    assert hub.asked.count("joao") == 1


async def test_of_whom_the_hub_tells_no_more_before_it_dies_is_asked_for_in_the_next_round(
    runtime: Runtime, hub: StoppingHub, due: list[Session], caplog: pytest.LogCaptureFixture
) -> None:
    hub.stuck = {"joao", "kofi"}
    line, before = stops(runtime, hub, 3), stops_counted()
    line.begin(due)
    async with asyncio.timeout(LONG_S):
        while stops_counted() == before:
            await asyncio.sleep(0.005)
    hub.streams[0].close()
    await line.settle(LONG_S)
    assert [name for name in PEOPLE if f"could not stop {name}/" in caplog.text] == ["joao", "kofi"]
    hub.stuck = set()
    line.begin(due)
    await line.settle(LONG_S)
    assert len(hub.asked) == 6


async def test_only_who_was_stopped_is_counted_and_who_was_not_is_asked_for_again(
    runtime: Runtime, hub: StoppingHub, due: list[Session], caplog: pytest.LogCaptureFixture
) -> None:
    hub.failing = {"amina": 500, "joao": 409}
    line, before = stops(runtime, hub, 3), stops_counted()
    line.begin(due)
    await line.settle(LONG_S)
    assert stops_counted() == before + 1
    assert "could not stop amina/" in caplog.text
    assert "could not stop joao/" not in caplog.text, "it will be looked at in the next round"
    line.begin(due)
    await line.settle(LONG_S)
    assert len(hub.asked) == 6


def stops_counted() -> float:
    """Since the process began, of those who were removed."""
    told = exposition(None, 0).decode()
    found = re.search(r'^catalyst_stops_total\{reason="removed"\} (\S+)$', told, re.MULTILINE)
    assert found is not None
    return float(found[1])


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


@pytest.mark.parametrize("is_removing", [True, False])
async def test_a_named_server_is_forgotten_only_where_the_operator_says_so_and_as_unused_or_too_old(
    runtime: Runtime, hub: StoppingHub, due: list[Session], is_removing: bool
) -> None:
    usual = {"idle": None, "max_age": 86_400}
    runtime.policy = communities_file.parse(COMMUNITIES, "communities.yaml", usual)
    old = [await too_old(runtime, ServerKey("lucia", name)) for name in ("", "second", "third")]
    line = Stops(runtime, HubClient(hub.url, "x"), 6, is_removing=is_removing)
    line.begin([*due, *old])
    await line.settle(LONG_S)
    assert len(hub.asked) == 6
    assert hub.removed == (["lucia", "lucia"] if is_removing else [])


async def too_old(runtime: Runtime, key: ServerKey) -> Session:
    """Since two days, which it has been told."""
    before = runtime.now() - timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "now", lambda: before)
        await start(runtime, key, community="cordoba", profile="r")

    def tell(uow: Any) -> Session:
        session = uow.sessions.live(key)
        uow.notices.give(Notice(session.session_id, Reason.OVER_AGE, before, before))
        return session

    return await runtime.write(tell)
