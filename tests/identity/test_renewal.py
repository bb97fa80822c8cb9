"""What a provider says later of people who are signed in, and what its silence means."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from catalyst_hub.hub.providers.renewal import INTERVAL
from tests.hub.communities import api, groups
from tests.hub.visitor import Visitor
from tests.identity.world import sign_in

MINUTES = INTERVAL.total_seconds() / 60


@pytest.fixture
async def hub(world, idp):
    await idp.says("1", preferred_username="kofi", groups=["savanna"])
    return await world.start(uni=idp)


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", "/hub/login?next=/hub/home")
        yield visitor


async def is_signed_in(visitor: Visitor) -> bool:
    answer = await visitor.get("/hub/home")
    return answer.status_code == 200 and answer.url.path == "/hub/home"


async def asked(idp) -> list[str]:
    """What the hub has asked after the sign-in."""
    return (await idp.questions())[2:]


async def test_a_change_of_groups_reaches_the_hub_without_a_new_sign_in(world, idp, hub, kofi):
    await idp.says("1", preferred_username="kofi", email="k@uni.edu", email_verified=True)
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    assert groups(hub, "kofi") == {"pampa"}


async def test_the_provider_is_asked_every_few_minutes_only(world, idp, kofi):
    for minutes in (1, 2, MINUTES - 1):
        world.later(minutes=minutes)
        assert await is_signed_in(kofi)
    assert await asked(idp) == []
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    assert await asked(idp) == ["me"]


async def test_being_asked_about_is_no_visit(world, idp, hub, kofi):
    runtime = hub.authenticator.runtime
    before = await runtime.read(lambda uow: uow.people.by_name("kofi").display_name)
    await idp.says("1", preferred_username="kofi", name="Another name")
    world.later(minutes=MINUTES)
    await is_signed_in(kofi)
    assert await runtime.read(lambda uow: uow.people.by_name("kofi").display_name) == before


async def test_whom_the_provider_revokes_has_to_sign_in_again(world, idp, hub, kofi):
    await idp.revokes("1")
    world.later(minutes=MINUTES)
    assert not await is_signed_in(kofi)
    world.later(minutes=MINUTES + 1)
    assert not await is_signed_in(kofi)
    await sign_in(kofi, "uni", "1", "/hub/login?next=/hub/home")
    assert await is_signed_in(kofi)


async def test_a_revoked_persons_server_still_reports_its_activity(world, idp, hub, kofi):
    """Otherwise it would be stopped for idleness while it works."""
    await idp.revokes("1")
    world.later(minutes=MINUTES)
    async with api(hub, "kofi") as client:
        assert (await client.get("user")).status_code == 200


async def test_an_expired_token_is_renewed_and_the_new_one_kept(world, idp, hub, kofi):
    before = await hub.users["kofi"].get_auth_state()
    world.later(minutes=61)
    assert await is_signed_in(kofi)
    after = await hub.users["kofi"].get_auth_state()
    assert await asked(idp) == ["token", "me"]
    assert after["access_token"] != before["access_token"]
    assert after["catalyst"] == {"provider": "uni", "subject": "1"}
    world.later(minutes=140)
    assert await is_signed_in(kofi)


async def test_a_token_without_renewal_that_comes_to_its_end_signs_nobody_out(
    world, idp, hub, kofi
):
    state = await hub.users["kofi"].get_auth_state()
    await hub.users["kofi"].save_auth_state(state | {"refresh_token": None})
    world.later(minutes=61)
    assert await is_signed_in(kofi)
    assert await asked(idp) == []
    assert groups(hub, "kofi") == {"savanna"}


async def test_many_requests_at_once_show_a_refresh_token_once(world, idp, kofi):
    """A provider takes one that is shown twice for stolen, and voids everything."""
    world.later(minutes=61)
    answers = await asyncio.gather(*(is_signed_in(kofi) for _ in range(10)))
    assert all(answers)
    assert (await asked(idp)).count("token") == 1


@pytest.mark.parametrize("status", [0, 302, 400, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("minutes", [MINUTES, 61], ids=["asking", "renewing"])
async def test_an_outage_changes_nothing_for_anybody(world, idp, hub, kofi, status, minutes, capfd):
    slow_down(hub, 0.5)
    await idp.answers(status)
    world.later(minutes=minutes)
    assert await is_signed_in(kofi)
    async with api(hub, "kofi") as server:
        assert (await server.get("user")).status_code == 200
    assert groups(hub, "kofi") == {"savanna"}
    assert "Traceback" not in capfd.readouterr().err


def slow_down(hub, seconds: float) -> None:
    """The hub's patience, which is longer than a test's."""
    oauth = hub.authenticator.oauth_provider("uni")._oauth
    oauth.http_request_kwargs = oauth.http_request_kwargs | {"request_timeout": seconds}


async def test_a_provider_that_is_gone_keeps_nobody_waiting(world, idp, hub, kofi):
    await idp.says("2", preferred_username="lucia")
    async with Visitor(hub) as lucia:
        await sign_in(lucia, "uni", "2", "/hub/login?next=/hub/home")
        slow_down(hub, 1)
        await idp.answers(0)
        world.later(minutes=MINUTES)
        assert await is_signed_in(kofi)
        before = await asked(idp)
        assert await is_signed_in(lucia)
        assert await asked(idp) == before


async def test_after_a_pause_the_provider_is_asked_again(world, idp, hub, kofi):
    idp.kill()
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    await idp_returns(idp)
    world.later(minutes=2 * MINUTES)
    # It has forgotten everybody: a new provider at the old address.
    assert not await is_signed_in(kofi)


async def idp_returns(idp) -> None:
    idp.start()
    await idp.says("1", preferred_username="kofi", groups=["savanna"])


async def test_the_hubs_own_wrong_secret_signs_nobody_out(world, idp, hub, kofi):
    hub.authenticator.oauth_provider("uni")._oauth.client_secret = "wrong"
    world.later(minutes=61)
    assert await is_signed_in(kofi)


async def test_a_token_goes_to_its_own_provider_only(world, idp, other_idp, hub):
    await other_idp.says("1", preferred_username="kofi")
    hub = await world.start(uni=idp, lab=other_idp)
    async with Visitor(hub) as kofi, Visitor(hub) as other:
        await sign_in(kofi, "uni", "1", "/hub/login?next=/hub/home")
        await sign_in(other, "lab", "1", "/hub/login?next=/hub/home")
        before = await other_idp.questions()
        world.later(minutes=MINUTES)
        assert await is_signed_in(kofi)
    assert await other_idp.questions() == before
    assert (await idp.questions())[-1] == "me"


async def test_a_token_that_names_somebody_else_signs_out(world, idp, hub, kofi):
    state = await hub.users["kofi"].get_auth_state()
    bound = {"provider": "uni", "subject": "2"}
    await hub.users["kofi"].save_auth_state(state | {"catalyst": bound})
    world.later(minutes=MINUTES)
    assert not await is_signed_in(kofi)


async def test_whose_identity_is_taken_away_is_signed_out_and_nobody_new(
    world, idp, hub, kofi, tmp_path
):
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite")) as database, database:
        database.execute("DELETE FROM identities")
    for minutes in (MINUTES, MINUTES + 2):
        world.later(minutes=minutes)
        assert not await is_signed_in(kofi)
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite")) as database:
        assert database.execute("SELECT name FROM people").fetchall() == [("kofi",)]


async def test_people_of_a_provider_that_was_taken_out_stay_signed_in(world, idp, other_idp, hub):
    async with Visitor(hub) as kofi:
        await sign_in(kofi, "uni", "1", "/hub/login?next=/hub/home")
        secret = hub.cookie_secret
        config = world.settings(cookie_secret=secret)
        await world.start(config=config, lab=other_idp)
        world.later(minutes=MINUTES)
        assert await is_signed_in(kofi)
