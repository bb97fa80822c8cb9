"""A server that nobody uses, on a real hub with a clock set by hand: from notice to stop."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.bootstrap import utc_now
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.culler.observer import Observer
from catalyst_hub.culler.stopper import Stopper
from catalyst_hub.hub_client import HubClient
from tests.hub.communities import COMMUNITIES, catalyst_config, latest_session, sign_in
from tests.hub.test_leftovers import started
from tests.hub.visitor import Visitor, page, text

_MINUTE = timedelta(minutes=1)


class Culler:
    """The culler's loops, minute by minute, as fast as they go."""

    def __init__(self, hub) -> None:
        self.runtime = hub.authenticator.runtime
        self._ahead = timedelta()
        self.runtime.now = lambda: utc_now() + self._ahead
        token = hub._service_map["catalyst-culler"].api_token
        client = HubClient(hub.hub.url + "api", token)
        self._observer = Observer(self.runtime, client, timedelta(minutes=5))
        self._enforcer = Enforcer(self.runtime)
        self._stopper = Stopper(self.runtime, client)

    async def pass_time(self, minutes: int) -> None:
        for _ in range(0, minutes, 2):
            self._ahead += 2 * _MINUTE
            await self._observer.look()
        await self._enforcer.round()
        await self._stopper.round()


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Where kofi runs a server."""
    hub = await start_hub(catalyst_config(tmp_path, COMMUNITIES))
    await sign_in(hub, "kofi")
    await started(hub, "kofi")
    yield hub
    await hub.users["kofi"].stop()


async def told_in_minutes(culler: Culler) -> int | None:
    notices = (await culler.runtime.read(lambda uow: uow.notices.of_live())).values()
    left = [round((notice.stop_at - culler.runtime.now()) / _MINUTE) for notice in notices]
    return left[0] if left else None


async def test_it_is_told_kept_told_again_and_stopped_and_its_owner_reads_why(hub):
    culler = Culler(hub)
    await culler.pass_time(28)
    assert await told_in_minutes(culler) is None
    async with Visitor(hub) as kofi:
        await kofi.enter("kofi")
        when = text(await kofi.get("/hub/when-stopped"))
        assert "Without any more use it would be stopped after 1 hour" in when
        assert "A server is stopped after 1 hour without use." in when
        assert "The server does not say itself what it does" in when
        await culler.pass_time(4)
        assert await told_in_minutes(culler) in {27, 28}
        home = await kofi.get("/hub/home")
        assert "The hub has heard of no use of it" in text(home)
        assert "If you work in it before then, it is not stopped." in text(home)
        home = await kofi.submit(home, "form[action*='/keep/']")
        assert page(home).select_one("form[action*='/keep/']") is None
        assert await told_in_minutes(culler) in {57, 58}
        await culler.pass_time(54)
        assert hub.users["kofi"].spawner.active
        await culler.pass_time(6)
        assert not hub.users["kofi"].spawner.active
        home = text(await kofi.get("/hub/home"))
        assert "Nobody had used it for 1 hour. Your files are kept." in home
        assert "What was only in its memory, such as the variables of a notebook, is gone." in home
    assert (await latest_session(hub, "kofi")).end_reason == "idle"


async def test_a_server_that_says_it_works_runs_on_without_any_browser(hub):
    culler = Culler(hub)
    session_id = (await latest_session(hub, "kofi")).session_id
    for _ in range(8):
        await culler.pass_time(10)
        now = culler.runtime.now()
        report = ServerReport(session_id, now, worked_at=now, kinds=("kernel",))
        await culler.runtime.write(lambda uow, report=report: uow.server_reports.put(report))
    assert await told_in_minutes(culler) is None
    assert hub.users["kofi"].spawner.active
