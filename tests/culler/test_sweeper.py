"""What the Hub has forgotten is ended, with processes of this machine and a Hub that knows none."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.audit import Action
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.session import SILENCE, ServerKey
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.culler.metrics import exposition
from catalyst_hub.culler.places import LocalProcesses
from catalyst_hub.culler.sweeper import Sweeper
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.observe_sessions import observe_sessions
from tests.culler.test_observer import KOFI, LUCIA, runtime, start
from tests.culler.test_places import Running
from tests.hub.conftest import free_port

__all__ = ["runtime"]


@pytest.fixture
async def hub() -> AsyncIterator[HubClient]:
    """Of no user."""
    port = free_port()
    server = HTTPServer(Application([]))
    server.listen(port, "127.0.0.1")
    yield HubClient(f"http://127.0.0.1:{port}", "x")
    server.stop()
    await server.close_all_connections()


async def forgotten(runtime: Runtime) -> Running:
    """A server of Kofi's whose session is over, and which runs."""
    await start(runtime, KOFI)
    session = await runtime.write(lambda uow: close_session(uow, KOFI, runtime.now()))
    assert session is not None
    return Running(session.session_id)


async def looked(runtime: Runtime) -> None:
    """The Hub has looked at all that it had when it began."""
    await runtime.write(lambda uow: uow.heartbeats.beat(HUB_READY, runtime.now()))


async def ended(runtime: Runtime) -> int:
    """How many it has ended, as it has written down: a process takes a moment to go."""
    actions = [Action.ORPHAN_ENDED]
    return len(await runtime.read(lambda uow: uow.audit.latest("nairobi", actions, 10)))


async def test_what_is_over_has_its_grace_to_end_by_itself(
    runtime: Runtime, hub: HubClient
) -> None:
    now, grace = runtime.now(), timedelta(minutes=5)
    runtime.now = lambda: now
    running = await forgotten(runtime)
    await looked(runtime)
    sweeper = Sweeper(runtime, hub, [LocalProcesses()], grace)
    try:
        now += grace - timedelta(minutes=1)
        await sweeper.round()
        assert await ended(runtime) == 0
        now += timedelta(minutes=2)
        await sweeper.round()
        assert await ended(runtime) == 1
        running.process.wait(60)
    finally:
        running.end()


class ReadyServer(RequestHandler):
    """What a Hub says of a server that it has after all."""

    def get(self) -> None:
        self.write({"ready": True, "pending": None, "started": None, "last_activity": None})


async def test_what_the_hub_knows_after_all_is_left_to_it(runtime: Runtime) -> None:
    port = free_port()
    server = HTTPServer(Application([("/users/kofi/servers/", ReadyServer)]))
    server.listen(port, "127.0.0.1")
    running = await forgotten(runtime)
    await looked(runtime)
    hub = HubClient(f"http://127.0.0.1:{port}", "x")
    try:
        await Sweeper(runtime, hub, [LocalProcesses()], timedelta()).round()
        assert await ended(runtime) == 0
    finally:
        running.end()
        server.stop()
        await server.close_all_connections()


async def test_nothing_is_ended_while_the_hub_looks_for_what_it_had(
    runtime: Runtime, hub: HubClient
) -> None:
    running = await forgotten(runtime)
    sweeper = Sweeper(runtime, hub, [LocalProcesses()], timedelta())
    try:
        await runtime.write(lambda uow: uow.heartbeats.beat(HUB_OPENED, runtime.now()))
        await sweeper.round()
        assert await ended(runtime) == 0
        await looked(runtime)
        await sweeper.round()
        running.process.wait(60)
    finally:
        running.end()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Whose sessions it has told of since this was asked last."""
    names = re.findall(r"the session of (\w+)/", caplog.text)
    caplog.clear()
    return names


async def see(runtime: Runtime, *keys: ServerKey) -> None:
    """What the observer writes when these servers are there."""
    now = runtime.now()

    def work(uow: UnitOfWork) -> None:
        seen = {s.session_id: None for s in uow.sessions.all_live() if s.key in keys}
        observe_sessions(uow, HubObservation(now, {}), seen, now)

    await runtime.write(work)


async def test_after_an_absence_nobody_is_told_of_as_unseen_before_the_observer_has_looked(
    runtime: Runtime, hub: HubClient, caplog: pytest.LogCaptureFixture
) -> None:
    await start(runtime, KOFI)
    await start(runtime, LUCIA)
    now = runtime.now()
    runtime.now = lambda: now
    sweeper = Sweeper(runtime, hub, [], timedelta())
    await sweeper.round()
    await see(runtime, KOFI, LUCIA)
    now += SILENCE + timedelta(seconds=1)
    await sweeper.round()
    assert told(caplog) == []
    await runtime.write(lambda uow: uow.heartbeats.beat(HUB_OPENED, now))
    await see(runtime, KOFI)
    await sweeper.round()
    assert told(caplog) == []
    await looked(runtime)
    await sweeper.round()
    assert told(caplog) == ["lucia"]
    assert b'catalyst_orphans{kind="session"} 1.0' in exposition(None, 0)
