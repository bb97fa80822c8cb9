"""A hub switches over: its users sign in, and find their homes."""

from __future__ import annotations

import pytest
from jupyterhub import orm
from traitlets.config import Config

from catalyst_hub import communities_file
from tests.hub.communities import api, groups
from tests.hub.visitor import Visitor
from tests.identity.idp import SECRET
from tests.identity.world import part, sign_in

HOME = "/hub/login?next=/hub/home"
RULES = {"pampa": {"title": "Pampa", "members": [{"provider": "uni", "everyone": True}]}}


def with_users(hub, **is_admin: bool) -> dict[str, int]:
    """The Hub had these users before us."""
    for name, admin in is_admin.items():
        hub.db.add(orm.User(name=name, admin=admin))
    hub.db.commit()
    return {user.name: user.id for user in hub.db.query(orm.User)}


async def switched_over(world, idp, users: dict[str, bool], **settings):
    """A hub with users of its own, then the same with our file."""
    hub = await world.start(RULES, uni=idp)
    before = with_users(hub, **users)
    adopting = part(idp) | {"adopts": True, **settings.pop("part", {})}
    return await world.start(RULES, uni=adopting, **settings), before


async def arrive(hub, account: str, provider: str = "uni") -> None:
    async with Visitor(hub) as visitor:
        answer = await sign_in(visitor, provider, account, HOME)
        assert answer.url.path == "/hub/home"


@pytest.mark.parametrize(
    ("user", "login"),
    [
        ("kofi", "Kofi"),
        ("kofi@uni.edu", "kofi@uni.edu"),
        ("João.Silva", "João.Silva"),
        ("joão.silva", "João.Silva"),
    ],
)
async def test_a_user_keeps_name_and_home_under_the_name_that_the_hub_has(world, idp, user, login):
    await idp.says("1", preferred_username=login)
    hub, before = await switched_over(world, idp, {user: False})
    for _ in range(2):
        await arrive(hub, "1")
    assert world.identities() == {("uni", "1"): user}
    assert {u.name: u.id for u in hub.db.query(orm.User)} == before
    assert groups(hub, user) == {"pampa"}
    world.later(minutes=6)
    async with api(hub, user) as client:
        assert (await client.get("user")).json()["name"] == user


async def test_names_without_the_domain_are_found_by_it_alone(world, idp):
    await idp.says("1", preferred_username="kofi@uni.edu")
    await idp.says("2", preferred_username="lucia@elsewhere.edu")
    hub, _ = await switched_over(
        world, idp, {"kofi": False, "lucia": False}, part={"adopts_without": "uni.edu"}
    )
    for account in ("1", "2"):
        await arrive(hub, account)
    assert world.identities() == {("uni", "1"): "kofi", ("uni", "2"): "lucia-2"}


async def test_the_hubs_own_map_of_names_counts(world, idp):
    await idp.says("1", preferred_username="kofi.mensah")
    config = Config({"CatalystAuthenticator": {"username_map": {"kofi.mensah": "kmensah"}}})
    hub, _ = await switched_over(world, idp, {"kmensah": False}, config=config)
    await arrive(hub, "1")
    assert world.identities() == {("uni", "1"): "kmensah"}


async def test_it_is_adopted_by_the_first_only(world, idp):
    """A login can be given up, and be taken by somebody else."""
    await idp.says("1", preferred_username="kofi")
    await idp.says("2", preferred_username="kofi")
    hub, _ = await switched_over(world, idp, {"kofi": False})
    for account in ("1", "2"):
        await arrive(hub, account)
    assert world.identities() == {("uni", "1"): "kofi", ("uni", "2"): "kofi-2"}


async def test_another_provider_adopts_nobody(world, idp, other_idp):
    await other_idp.says("1", preferred_username="kofi")
    hub, _ = await switched_over(world, idp, {"kofi": False}, lab=other_idp)
    await arrive(hub, "1", "lab")
    assert world.identities() == {("lab", "1"): "kofi-2"}


async def test_an_admin_of_the_hub_is_adopted_by_an_operator_only(world, idp):
    for account in ("1", "2"):
        await idp.says(account, preferred_username="boss")
    operators = [{"provider": "uni", "people": ["2"]}]
    hub, _ = await switched_over(world, idp, {"boss": True}, operators=operators)
    for account in ("1", "2"):
        await arrive(hub, account)
    assert world.identities() == {("uni", "1"): "boss-2", ("uni", "2"): "boss"}
    assert not hub.users["boss-2"].admin
    assert hub.users["boss"].admin


async def test_a_name_in_admin_users_is_adopted_by_nobody(world, idp):
    await idp.says("1", preferred_username="boss")
    config = Config({"Authenticator": {"admin_users": {"Boss"}}})
    hub, _ = await switched_over(world, idp, {"kofi": False}, config=config)
    await arrive(hub, "1")
    assert world.identities() == {("uni", "1"): "boss-2"}


async def test_a_login_that_is_not_hers_alone_adopts_nobody(world, idp):
    """Anybody may write any address where it is not verified."""
    await idp.says("1", email="kofi@uni.edu", email_verified=False)
    hub, _ = await switched_over(world, idp, {"kofi@uni.edu": False}, part={"login_claim": "email"})
    await arrive(hub, "1")
    assert world.identities() == {("uni", "1"): "kofi"}


def test_one_provider_adopts_at_most():
    uni = {"type": "oidc", "client_id": SECRET, "issuer": "https://id.uni.edu", "adopts": True}
    text = f"""
version: 1
hub: {{name: test}}
providers: {{uni: {uni}, lab: {uni}}}
communities: {{}}
""".replace("True", "true")
    with pytest.raises(communities_file.CommunitiesFileError, match="adopts the Hub's users"):
        communities_file.parse(text, "x")
