"""A champion with a token of her own, at the Hub itself: membership is out of its reach."""

from __future__ import annotations

import httpx
import pytest

from tests.champion.site import Site
from tests.hub.communities import groups

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Each way that would put somebody into a group, or a champion above herself.
TRIES = [
    ("POST", "groups/nairobi/users", {"users": ["root"]}),
    ("POST", "groups/nairobi-champions/users", {"users": ["kofi"]}),
    ("DELETE", "groups/nairobi/users", {"users": ["kofi"]}),
    ("PUT", "groups/nairobi/properties", {"quota": 9999}),
    ("POST", "groups/mine", {}),
    ("POST", "users/kofi/tokens", {}),
    ("POST", "users/root/tokens", {}),
    ("PATCH", "users/kofi", {"name": "kofi-2", "admin": True}),
    ("POST", "users/kofi/server", {}),
    ("DELETE", "users/joao/server", None),
    ("DELETE", "users/root/server", None),
]


@pytest.mark.parametrize(("method", "path", "body"), TRIES)
async def test_the_hub_refuses_a_champion_what_the_store_decides(
    site: Site, method: str, path: str, body: object
) -> None:
    async with site.signed_in("root"), site.signed_in("kofi"), site.signed_in("joao"):
        async with site.signed_in("amina"):
            before = {name: groups(site.app, name) for name in ("root", "kofi", "joao", "amina")}
        token = site.app.users["amina"].new_api_token()
        headers = {"Authorization": f"token {token}"}
        async with httpx.AsyncClient(base_url=site.app.hub.url + "api/", headers=headers) as api:
            answer = await api.request(method, path, json=body)
    assert answer.status_code in {403, 404}
    assert {name: groups(site.app, name) for name in before} == before


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
