"""What somebody who instructs today may ask the Hub, what not, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catalyst_hub.core.window import local_day, midnight
from catalyst_hub.core.workshop import Plan
from catalyst_hub.hub.roles import (
    CHAMPION_SCOPES,
    INSTRUCTOR_SCOPES,
    SCOPES_OF_PAGES,
    instructor_role,
    wanted_roles,
)
from tests.hub.communities import api, catalyst_config, groups, live_session, sign_in

ZONE = "Africa/Nairobi"


@pytest.fixture
async def hub(start_hub, tmp_path):
    """Kofi instructs in Nairobi, today and tomorrow."""
    hub = await start_hub(catalyst_config(tmp_path))
    for name in ("amina", "kofi", "lucia", "joao", "root"):
        await sign_in(hub, name)
    runtime = hub.authenticator.runtime
    now = runtime.now()

    def teach(uow):
        today = local_day(now, ZONE)
        plan = Plan("Plants", today, today + timedelta(days=1))
        workshop = uow.workshops.add("nairobi", plan, "amina", now)
        person = uow.people.by_name("kofi")
        uow.workshops.appoint(workshop.workshop_id, person.person_id, "amina", now)

    await runtime.write(teach)
    async with api(hub, "amina") as amina:
        await amina.post("catalyst/people/kofi")
    return hub


async def test_an_instructor_stops_a_members_server_and_the_ledger_knows(hub):
    async with api(hub, "lucia") as lucia, api(hub, "kofi") as kofi:
        options = {"community": "nairobi", "profile": "python", "size": "small"}
        await lucia.post("users/lucia/server", json={"user_options": options})
        assert "" in (await kofi.get("users/lucia")).json()["servers"]
        assert (await kofi.delete("users/lucia/server")).status_code == 204
    assert await live_session(hub, "lucia") is None


async def test_an_instructor_learns_names_and_servers_and_nothing_else(hub):
    async with api(hub, "kofi") as kofi:
        model = (await kofi.get("users/lucia")).json()
        assert not {"groups", "last_activity", "roles", "auth_state"} & set(model)
        assert (await kofi.get("users")).status_code == 403
        for other in ("joao", "root"):
            assert (await kofi.get(f"users/{other}")).status_code == 404


async def test_an_instructor_is_known_by_the_custom_scope_and_is_no_champion(hub):
    async with api(hub, "kofi") as kofi:
        scopes = (await kofi.get("user")).json()["scopes"]
    custom = [scope for scope in scopes if scope.startswith("custom:")]
    assert custom == ["custom:catalyst:instructor!group=nairobi"]


async def test_the_power_is_gone_within_a_minute_of_the_midnight_after_the_last_day(hub):
    assert hub.authenticator.auth_refresh_age <= 60
    runtime = hub.authenticator.runtime
    today = local_day(runtime.now(), ZONE)
    end = midnight(today + timedelta(days=2), ZONE)
    for now, status in ((end - timedelta(seconds=1), 204), (end, 404)):
        runtime.now = lambda now=now: now
        hub.users["kofi"]._auth_refreshed = 0  # the minute has passed
        async with api(hub, "kofi") as kofi:
            assert (await kofi.delete("users/lucia/server")).status_code == status
    assert groups(hub, "kofi") == {"nairobi"}


async def test_the_operators_own_group_with_such_a_name_stays(hub):
    """What is no community's is not ours to take away."""
    async with api(hub, "root") as root:
        await root.post("groups/band-instructors")
        await root.post("groups/band-instructors/users", json={"users": ["kofi"]})
    await sign_in(hub, "kofi")
    assert groups(hub, "kofi") == {"nairobi", "nairobi-instructors", "band-instructors"}


def test_an_instructor_holds_less_than_a_champion_each_scope_with_its_reason():
    assert all(INSTRUCTOR_SCOPES.values())
    own = {"custom:catalyst:instructor"}
    assert set(INSTRUCTOR_SCOPES) - own < set(CHAMPION_SCOPES)
    scopes = instructor_role("x")["scopes"]
    assert all("!group=x" in scope or "!service=" in scope for scope in scopes)
    assert set(INSTRUCTOR_SCOPES) < set(SCOPES_OF_PAGES)


async def test_every_community_has_both_roles_in_the_running_hub(hub):
    wanted = {role["name"] for role in wanted_roles(hub.authenticator.runtime.policy)}
    assert wanted == {
        "catalyst-champion-nairobi",
        "catalyst-instructor-nairobi",
        "catalyst-champion-cordoba",
        "catalyst-instructor-cordoba",
    }
    assert wanted <= {role["name"] for role in hub.load_roles}
