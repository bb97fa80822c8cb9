"""Servers started ahead, through the Hub: by whom, for whom, when, and what comes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.session import SessionState
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.workshop import Plan
from catalyst_hub.culler.workshops import WorkshopRunner
from catalyst_hub.hub.roles import CULLER_SERVICE
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from tests.hub.communities import COMMUNITIES, api, catalyst_config, live_session, sign_in
from tests.hub.spawners import AdmittedNothingSpawner
from tests.hub.visitor import Visitor, text
from tests.usecases.workshops import CODE, at

#: There is room for two, and large servers need more than the person's own limit.
DAY = date(2026, 6, 2)
MEETING = Meeting(DAY, "09:00", "10:00")


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Where a workshop begins in a minute, in which kofi, lucia and bo are registered."""
    config = catalyst_config(tmp_path, COMMUNITIES)
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    hub = await start_hub(config)
    for name in ("kofi", "lucia", "bo", "root", "amina"):
        await sign_in(hub, name)
    runtime = hub.authenticator.runtime
    runtime.now = lambda: at("2026-06-02T08:59+03:00")
    plan = Plan("Plants", DAY, DAY, (MEETING,), profile="python", size="small")
    kept, terms = digest("test", CODE), Terms(seats=9, days=9, workshop_id=1)

    def prepare(uow):
        uow.workshops.add("nairobi", plan, "amina", runtime.now())
        create_invitation(uow, runtime.policy, "nairobi", kept, terms, "amina", runtime.now())
        for name in ("kofi", "lucia", "bo"):
            redeem_invitation(uow, runtime.policy, kept, name, runtime.now())

    await runtime.write(prepare)
    yield hub
    for name in ("kofi", "lucia", "bo"):
        await hub.users[name].stop()


def culler(hub) -> HubClient:
    return HubClient(hub.hub.url + "api", hub._service_map[CULLER_SERVICE].api_token)


async def test_the_culler_has_servers_started_with_what_the_workshop_needs(hub):
    assert await culler(hub).warm(1, "bo") in {201, 202}
    session = await live_session(hub, "bo")
    assert session is not None
    assert (session.state, session.actor, session.workshop_id) == (SessionState.RUNNING, WARMER, 1)
    assert (session.choice.profile, session.choice.size) == ("python", "small")
    assert await culler(hub).warm(1, "bo") == 409


async def test_it_can_start_nothing_else_and_nobody_else_can_start_anything(hub):
    client, runtime = culler(hub), hub.authenticator.runtime
    for number, name in ((1, "amina"), (1, "root"), (1, "nobody"), (7, "bo")):
        assert await client.warm(number, name) in {404, 409}
    runtime.now = lambda: at("2026-06-02T08:39:59+03:00")
    assert await client.warm(1, "bo") == 409
    runtime.now = lambda: at("2026-06-02T08:59+03:00")
    async with api(hub, "amina") as amina, api(hub, "root") as root, api(hub, "bo") as bo:
        for person in (amina, bo):
            assert (await person.post("catalyst/workshops/1/warm/bo")).status_code == 403
        token = {"Authorization": f"token {client._token}"}
        for path in ("users/bo/server", "users/amina/server"):
            refused = await root.post(path, headers=token)
            assert refused.status_code in {403, 404}, refused.text
    assert await live_session(hub, "bo") is None


async def test_a_refusal_is_noted_and_nobody_is_asked_again(hub):
    runner = WorkshopRunner(hub.authenticator.runtime, culler(hub))
    await runner.round()
    await runner.round()
    running = [name for name in ("kofi", "lucia", "bo") if await live_session(hub, name)]
    # The community has two servers at once, and the workshop says nothing of seats.
    assert len(running) == 2
    runtime = hub.authenticator.runtime
    since = runtime.now() - timedelta(hours=1)
    refused = await runtime.read(lambda uow: uow.attendance.refused_since(1, since))
    assert [each.code for each in refused.values()] == ["quota-at-once"]
    lines = await runtime.read(lambda uow: uow.audit.latest("nairobi", ["server:not-warmed"], 9))
    assert len(lines) == 1


async def test_who_opens_the_hub_comes_to_a_server_that_runs(hub):
    await WorkshopRunner(hub.authenticator.runtime, culler(hub)).round()
    # They start side by side, and there is room for two of three.
    running = [name for name in ("kofi", "lucia", "bo") if await live_session(hub, name)]
    async with Visitor(hub) as learner:
        await learner.enter(running[0])
        assert "Stop" in text(await learner.get("/hub/home"))
