"""Somebody was removed: no start any more, a notice for what runs, and a stop when it is over."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from catalyst_hub.culler.stopper import Stopper
from catalyst_hub.hub.local_spawner import CatalystLocalSpawner
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.remove_member import remove_member
from tests.hub.communities import (
    COMMUNITIES,
    api,
    catalyst_config,
    groups,
    latest_session,
    live_session,
    sign_in,
    until_ready,
)
from tests.hub.visitor import Visitor, page

AT_ONCE = COMMUNITIES.replace("  contact: root@example.org", "  removal_notice: 0")


@pytest.fixture
async def hub(start_hub, tmp_path):
    """A hub whose notices are over at once, and where kofi runs a server."""
    hub = await start_hub(catalyst_config(tmp_path, AT_ONCE))
    await sign_in(hub, "kofi")
    await started(hub, "kofi")
    return hub


def stopper_of(hub) -> Stopper:
    token = hub._service_map["catalyst-culler"].api_token
    return Stopper(hub.authenticator.runtime, HubClient(hub.hub.url + "api", token))


async def started(hub, name: str) -> None:
    async with api(hub, name) as own:
        options = {"user_options": {"community": "nairobi"}}
        assert (await own.post(f"users/{name}/server", json=options)).status_code in {201, 202}
    await until_ready(hub, name)


async def remove(hub, name: str) -> None:
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: remove_member(uow, runtime.policy, "nairobi", name, "amina", runtime.now())
    )


async def let_in_again(hub, name: str) -> None:
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: add_member(uow, runtime.policy, "nairobi", name, "amina", runtime.now())
    )


@asynccontextmanager
async def home_of(hub, name: str, language: str = ""):
    async with Visitor(hub, language) as visitor:
        form = await visitor.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")["value"]
        data = {"_xsrf": token, "provider": "demo", "username": name}
        await visitor.client.post(form.url, data=data)
        yield visitor


async def test_a_removed_persons_server_runs_on_until_its_notice_is_over(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    for name in ("amina", "kofi"):
        await sign_in(hub, name)
    await started(hub, "kofi")
    await remove(hub, "kofi")
    async with api(hub, "amina") as amina:
        assert (await amina.post("catalyst/people/kofi")).status_code == 204
    await stopper_of(hub).round()
    assert groups(hub, "kofi") == set()
    assert hub.users["kofi"].spawner.ready
    async with home_of(hub, "kofi", "es") as kofi:
        home = await kofi.get("/hub/home")
    assert "Nairobi" in page(home).select_one(".panel .alert").text
    assert int(home.headers["Refresh"]) <= 60
    await hub.users["kofi"].stop()
    async with api(hub, "kofi") as kofi:
        assert (await kofi.post("users/kofi/server")).status_code == 403


async def test_the_server_is_stopped_through_the_hub_and_its_session_closed(hub):
    await remove(hub, "kofi")
    await stopper_of(hub).round()
    assert not hub.users["kofi"].spawner.active
    assert await live_session(hub, "kofi") is None
    session = await latest_session(hub, "kofi")
    assert (session.end_reason, session.estimate_ms) == ("removed", None)
    runtime = hub.authenticator.runtime
    lines = await runtime.read(lambda uow: uow.audit.latest("nairobi", ["server:stop-asked"], 5))
    assert [(line.actor, line.subject) for line in lines] == [("service:culler", "kofi")]


async def test_the_hub_was_away_at_the_removal_and_hears_of_it_with_the_notice(start_hub, tmp_path):
    """Whoever is blocked or in a community that is gone has no notice yet: the round gives it."""
    hub = await start_hub(catalyst_config(tmp_path))
    await sign_in(hub, "kofi")
    await started(hub, "kofi")
    runtime = hub.authenticator.runtime
    await runtime.write(
        lambda uow: uow.memberships.remove(
            uow.people.by_name("kofi").person_id, "nairobi", "amina", runtime.now()
        )
    )
    await stopper_of(hub).round()
    assert groups(hub, "kofi") == set()
    assert hub.users["kofi"].spawner.ready
    notices = await runtime.read(lambda uow: list(uow.notices.of_live().values()))
    assert [n.stop_at - n.given_at for n in notices] == [timedelta(minutes=10)]
    await hub.users["kofi"].stop()


async def test_who_is_let_in_again_keeps_the_server(hub):
    await remove(hub, "kofi")
    await let_in_again(hub, "kofi")
    await stopper_of(hub).round()
    assert hub.users["kofi"].spawner.ready
    await hub.users["kofi"].stop()


async def test_one_that_does_not_stop_holds_no_other(hub, monkeypatch):
    await sign_in(hub, "lucia")
    await started(hub, "lucia")
    stuck, is_stuck = asyncio.Event(), asyncio.Event()

    async def never(now: bool = False) -> None:
        is_stuck.set()
        await stuck.wait()

    monkeypatch.setattr(hub.users["kofi"].spawner, "stop", never)
    for name in ("kofi", "lucia"):
        await remove(hub, name)
    round_of_stops = asyncio.create_task(stopper_of(hub).round())
    async with asyncio.timeout(60):
        await is_stuck.wait()
        while hub.users["lucia"].spawner.active:
            await asyncio.sleep(0.05)
    assert hub.users["kofi"].spawner.active
    stuck.set()
    await round_of_stops
    monkeypatch.undo()
    await hub.users["kofi"].spawner.stop(now=True)


async def test_a_start_that_the_removal_overtakes_is_called_off(start_hub, tmp_path, monkeypatch):
    hub = await start_hub(catalyst_config(tmp_path))
    for name in ("amina", "kofi"):
        await sign_in(hub, name)
    has_begun = asyncio.Event()

    async def endless(self: CatalystLocalSpawner) -> None:
        has_begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(CatalystLocalSpawner, "start", endless)
    async with api(hub, "kofi") as kofi, api(hub, "amina") as amina:
        start = asyncio.create_task(kofi.post("users/kofi/server"))
        await asyncio.wait_for(has_begun.wait(), 60)
        await remove(hub, "kofi")
        assert (await amina.post("catalyst/people/kofi")).status_code == 204
        await start
    assert not hub.users["kofi"].spawner.active
    assert (await latest_session(hub, "kofi")).state == "released"
