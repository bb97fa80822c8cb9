"""What the Hub has forgotten is ended, with processes of this machine and a Hub that knows none."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.culler.places import LocalProcesses
from catalyst_hub.culler.sweeper import Sweeper
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.close_session import close_session
from tests.culler.test_observer import runtime, start
from tests.culler.test_places import Running
from tests.hub.conftest import free_port

__all__ = ["runtime"]

KOFI = ServerKey("kofi")


@pytest.fixture
async def hub() -> AsyncIterator[HubClient]:
    """Of no user."""
    port = free_port()
    server = HTTPServer(Application([]))
    server.listen(port, "127.0.0.1")
    yield HubClient(f"http://127.0.0.1:{port}", "x")
    server.stop()
    await server.close_all_connections()


async def test_nothing_is_ended_while_the_hub_looks_for_what_it_had(
    runtime: Runtime, hub: HubClient
) -> None:
    await start(runtime, KOFI)
    session = await runtime.write(lambda uow: close_session(uow, KOFI, runtime.now()))
    assert session is not None
    running = Running(session.session_id)
    sweeper = Sweeper(runtime, hub, [LocalProcesses()], timedelta())
    try:
        await runtime.write(lambda uow: uow.heartbeats.beat(HUB_OPENED, runtime.now()))
        await sweeper.round()
        assert running.process.poll() is None
        await runtime.write(lambda uow: uow.heartbeats.beat(HUB_READY, runtime.now()))
        await sweeper.round()
        running.process.wait(10)
    finally:
        running.end()
