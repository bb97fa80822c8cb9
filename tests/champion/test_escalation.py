"""A champion, and an instructor, with a token of her own at the Hub itself: what the store decides
is out of its reach."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio

from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from tests.champion.site import Site
from tests.hub.communities import groups

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Each way that would put somebody into a group, give somebody more power, act as somebody else,
#: or decide what somebody else's server runs. She belongs to Nairobi as Lucía does.
TRIES: list[tuple[str, str, Any]] = [
    # Whoever holds a group's scope adds an admin to it, and has every scope on the group then.
    ("POST", "groups/nairobi/users", {"users": ["root"]}),
    ("POST", "groups/nairobi-champions/users", {"users": ["lucia"]}),
    ("POST", "groups/nairobi-instructors/users", {"users": ["lucia"]}),
    ("DELETE", "groups/nairobi/users", {"users": ["lucia"]}),
    ("DELETE", "groups/nairobi", None),
    ("POST", "groups/mine", {}),
    ("POST", "groups", {"groups": ["mine"]}),
    # A quota in a group's properties would be hers to raise.
    ("PUT", "groups/nairobi/properties", {"quota": 9999}),
    # A token of somebody else's is that person.
    ("POST", "users/lucia/tokens", {}),
    ("POST", "users/root/tokens", {}),
    ("POST", "users/root/tokens", {"scopes": ["admin:users"]}),
    ("GET", "users/lucia/tokens", None),
    # Nor may a token of her own say more than she may.
    ("POST", "users/{self}/tokens", {"scopes": ["groups"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["groups!group=nairobi"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["tokens!group=nairobi"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["access:servers!group=nairobi"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["start:servers!group=nairobi"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["custom:catalyst:champion"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["custom:catalyst:champion!group=cordoba"]}),
    ("POST", "users/{self}/tokens", {"scopes": ["delete:servers"]}),
    ("POST", "users/{self}/tokens", {"roles": ["admin"]}),
    ("PATCH", "users/{self}", {"admin": True}),
    ("PATCH", "users/lucia", {"name": "lucia-2", "admin": True}),
    ("POST", "users/newcomer", {}),
    ("DELETE", "users/lucia", None),
    # Starting somebody's server, an admin's above all.
    ("POST", "users/lucia/server", {}),
    ("POST", "users/root/server", {}),
    # What somebody else's server will run.
    ("POST", "users/lucia/server", {"user_options": {"profile": "python"}}),
    ("PUT", "users/lucia/servers/mine", {"user_options": {"profile": "python"}}),
    ("PATCH", "users/lucia/server", {"user_options": {"profile": "python"}}),
    ("POST", "users/lucia/activity", {"last_activity": "2026-01-01T00:00:00Z"}),
    # A share opens somebody's server to her.
    ("POST", "shares/lucia/", {"user": "kofi"}),
    ("POST", "share-codes/lucia/", {}),
    ("POST", "users/lucia/admin-access", {}),
    # People of other communities, and those who run the hub.
    ("DELETE", "users/joao/server", None),
    ("DELETE", "users/root/server", None),
    ("GET", "users/root", None),
    # The Hub itself.
    ("POST", "shutdown", {}),
    ("POST", "services/mine", {}),
    ("PATCH", "proxy", {}),
]
PEOPLE = ("root", "lucia", "joao", "amina", "kofi")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def teaching(site: Site) -> Site:
    """Everybody has signed in; Amina is champion, Kofi instructs in Nairobi today."""
    for name in PEOPLE:
        async with site.signed_in(name):
            pass

    def teach(uow: UnitOfWork) -> None:
        now = site.runtime.now()
        today = local_day(now, "Africa/Nairobi")
        plan = Plan("Plants", today, today + timedelta(days=1))
        workshop = uow.workshops.add("nairobi", plan, "amina", now)
        kofi = uow.people.by_name("kofi")
        assert kofi is not None
        uow.workshops.appoint(workshop.workshop_id, kofi.person_id, "amina", now)

    await site.runtime.write(teach)
    async with site.signed_in("kofi"):
        assert "nairobi-instructors" in groups(site.app, "kofi")
    return site


def standing(site: Site) -> dict[str, object]:
    """Everybody's groups and rank, and what their servers would run."""
    users = {name: site.app.users[name] for name in PEOPLE}
    return {
        name: (
            groups(site.app, name),
            user.admin,
            {n: orm.user_options for n, orm in user.orm_user.orm_spawners.items()},
        )
        for name, user in users.items()
    }


@pytest.mark.parametrize("who", ["amina", "kofi"], ids=["champion", "instructor"])
@pytest.mark.parametrize(("method", "path", "body"), TRIES)
async def test_the_hub_refuses_what_the_store_decides(
    teaching: Site, who: str, method: str, path: str, body: Any
) -> None:
    app, before = teaching.app, standing(teaching)
    headers = {"Authorization": f"token {app.users[who].new_api_token()}"}
    async with httpx.AsyncClient(base_url=app.hub.url + "api/", headers=headers) as api:
        answer = await api.request(method, path.replace("{self}", who), json=body)
    assert answer.status_code in {400, 403, 404}, answer.text
    assert standing(teaching) == before


async def test_telling_the_hub_of_a_person_gives_nobody_what_the_store_does_not(
    site: Site,
) -> None:
    async with site.signed_in("bo"), site.signed_in("root"), site.signed_in("amina"):
        headers = {"Authorization": f"token {site.app.users['bo'].new_api_token()}"}
        async with httpx.AsyncClient(base_url=site.app.hub.url + "api/", headers=headers) as api:
            for name in ("bo", "root", "amina"):
                assert (await api.post(f"catalyst/people/{name}")).status_code == 204
    assert groups(site.app, "bo") == groups(site.app, "root") == set()
    assert groups(site.app, "amina") == {"nairobi", "nairobi-champions"}
    assert not site.app.users["bo"].admin
