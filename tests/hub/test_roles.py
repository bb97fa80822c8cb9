"""What a champion may ask the Hub, and what not."""

from __future__ import annotations

import pytest

from catalyst_hub.hub.roles import CHAMPION_SCOPES, CULLER_SCOPES, champion_role, culler_role
from tests.hub.communities import api, catalyst_config, live_session, sign_in


@pytest.fixture
async def hub(start_hub, tmp_path):
    hub = await start_hub(catalyst_config(tmp_path))
    for name in ("amina", "kofi", "joao", "bo", "root"):
        await sign_in(hub, name)
    return hub


async def test_a_champion_sees_her_members_and_nobody_else(hub):
    async with api(hub, "amina") as amina:
        listed = {user["name"] for user in (await amina.get("users")).json()}
        assert listed == {"amina", "kofi"}
        assert (await amina.get("users/kofi")).json()["groups"] == ["nairobi"]
        for other in ("joao", "bo", "root", "nobody"):
            assert (await amina.get(f"users/{other}")).status_code == 404


async def test_a_champion_stops_a_members_server_and_the_ledger_knows(hub):
    async with api(hub, "kofi") as kofi, api(hub, "amina") as amina:
        await kofi.post("users/kofi/server")
        assert "" in (await amina.get("users/kofi")).json()["servers"]
        assert (await amina.delete("users/kofi/server")).status_code == 204
    assert await live_session(hub, "kofi") is None


async def test_a_champion_starts_nobodys_server_and_opens_none(hub):
    async with api(hub, "amina") as amina:
        assert (await amina.post("users/kofi/server")).status_code in {403, 404}
        assert (await amina.post("users/kofi/tokens")).status_code in {403, 404}
        assert (await amina.delete("users/joao/server")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "groups/nairobi/users", {"users": ["root"]}),
        ("DELETE", "groups/nairobi/users", {"users": ["kofi"]}),
        ("PUT", "groups/nairobi/properties", {"quota": 9999}),
        ("POST", "groups/new", {}),
        ("PATCH", "users/kofi", {"name": "other"}),
        ("DELETE", "users/kofi", None),
        ("POST", "users/newcomer", None),
    ],
)
async def test_a_champion_changes_no_membership_and_no_person(hub, method, path, body):
    async with api(hub, "amina") as amina:
        answer = await amina.request(method, path, json=body)
    assert answer.status_code in {403, 404}


async def test_a_learner_sees_only_herself(hub):
    async with api(hub, "kofi") as kofi:
        assert (await kofi.get("users")).status_code == 403
        assert (await kofi.get("users/amina")).status_code == 404


async def test_everybody_may_open_the_service_for_their_own_use(hub):
    for name in ("kofi", "amina", "bo"):
        async with api(hub, name) as client:
            scopes = (await client.get("user")).json()["scopes"]
        assert "access:services!service=catalyst" in scopes


async def test_a_champion_is_known_by_the_custom_scope_of_her_community(hub):
    async with api(hub, "amina") as amina:
        scopes = (await amina.get("user")).json()["scopes"]
    assert "custom:catalyst:champion!group=nairobi" in scopes
    assert not [s for s in scopes if s.startswith("custom:catalyst") and "cordoba" in s]


async def test_the_culler_looks_and_stops_and_does_nothing_else(hub):
    service = next(s for s in hub.services if s["name"] == "catalyst-culler")
    async with api(hub, "kofi") as client:
        client.headers["Authorization"] = f"token {service['api_token']}"
        users = (await client.get("users")).json()
        assert {"kofi", "root"} <= {user["name"] for user in users}
        assert (await client.delete("users/kofi/server")).status_code == 204
        assert (await client.post("users/kofi/server")).status_code == 403
        assert (await client.delete("users/kofi")).status_code == 403
        assert (await client.get("groups")).status_code == 403


def test_every_scope_has_a_reason_and_none_is_dangerous():
    dangerous = ("groups", "tokens", "access:servers", "admin:", "servers", "start:", "shares")
    for scopes in (CHAMPION_SCOPES, CULLER_SCOPES):
        assert all(scopes.values())
        assert not [scope for scope in scopes if scope.startswith(dangerous)]
    assert all("!group=x" in s or "!service=" in s for s in champion_role("x")["scopes"])
    assert "groups" not in culler_role()
