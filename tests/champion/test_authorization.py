"""Every address, for everybody."""

from __future__ import annotations

import httpx
import pytest

from tests.champion.site import PREFIX, Site, SitePerson

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOME, USE, NOWHERE = "", "use", "api/users"
COMMUNITY = "communities/nairobi"
COSTS, FILE = f"{COMMUNITY}/costs", f"{COMMUNITY}/costs.csv"
STOP = f"{COMMUNITY}/sessions/none-of-this-name/stop"
PEOPLE, INVITATIONS = f"{COMMUNITY}/people", f"{COMMUNITY}/invitations"
REMOVE, INVITATION = f"{PEOPLE}/nobody/remove", f"{INVITATIONS}/1"
REVOKE, AUDIT = f"{INVITATION}/revoke", f"{COMMUNITY}/audit"
OF_PEOPLE = (PEOPLE, INVITATIONS, AUDIT, REMOVE, INVITATION, REVOKE)
ADDRESSES = (HOME, USE, COMMUNITY, COSTS, FILE, STOP, *OF_PEOPLE, NOWHERE)

_NONE_OF_PEOPLE = (404,) * len(OF_PEOPLE)
_ALL_OF_PEOPLE = (200, 200, 200, 303, 404, 303)
#: What each person is answered at each address. 303: there is no such session or member (any
#: more).
ANSWERS = {
    "bo (outsider)": (404, 404, 404, 404, 404, 404, *_NONE_OF_PEOPLE, 404),
    "kofi (learner)": (200, 200, 404, 404, 404, 404, *_NONE_OF_PEOPLE, 404),
    "joao (champion elsewhere)": (200, 200, 404, 404, 404, 404, *_NONE_OF_PEOPLE, 404),
    "amina (champion)": (302, 200, 200, 200, 200, 303, *_ALL_OF_PEOPLE, 404),
    "root (operator)": (200, 404, 200, 200, 200, 404, *_ALL_OF_PEOPLE, 404),
}


async def _answers(person: SitePerson) -> tuple[int, ...]:
    await person.get()  # lets the service learn who it is
    found = [
        await person.client.get(PREFIX + address, follow_redirects=False) for address in ADDRESSES
    ]
    return tuple(answer.status_code for answer in found)


@pytest.mark.parametrize("who", ANSWERS)
async def test_everybody_gets_what_is_theirs_and_404_for_the_rest(site: Site, who: str) -> None:
    async with site.signed_in(who.split(maxsplit=1)[0]) as person:
        assert await _answers(person) == ANSWERS[who]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_a_stranger_is_sent_to_sign_in_wherever_she_goes(site: Site, address: str) -> None:
    async with site.stranger() as stranger:
        answer = await stranger.get(address)
        assert answer.url.path == "/hub/login"
        refused = await stranger.client.post(PREFIX + address)
        assert refused.status_code == 403


@pytest.mark.parametrize("who", ["bo", "kofi", "joao", "root"])
async def test_only_its_champion_may_stop_a_server(site: Site, who: str) -> None:
    async with site.signed_in(who):
        headers = {"Authorization": f"token {site.app.users[who].new_api_token()}"}
    async with site.stranger() as program:
        answer = await program.client.post(PREFIX + STOP, headers=headers)
        assert answer.status_code == 404


@pytest.mark.parametrize("who", ["bo", "kofi", "joao"])
@pytest.mark.parametrize("address", [PEOPLE, REMOVE, INVITATIONS, REVOKE])
async def test_only_champions_and_operators_decide_who_belongs(
    site: Site, who: str, address: str
) -> None:
    async with site.signed_in(who):
        headers = {"Authorization": f"token {site.app.users[who].new_api_token()}"}
    form = {"name": "bo", "seats": "1", "days": "1"}
    async with site.stranger() as program:
        answer = await program.client.post(PREFIX + address, headers=headers, data=form)
        assert answer.status_code == 404


async def test_a_community_of_others_looks_like_one_that_is_not_there(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        of_others = await joao.get("communities/nairobi")
        of_nobody = await joao.get("communities/atlantis")
    assert of_others.status_code == of_nobody.status_code == 404
    assert of_others.text.replace("nairobi", "atlantis") == of_nobody.text


async def test_a_token_without_access_to_the_service_opens_nothing(site: Site) -> None:
    async with site.signed_in("amina"):
        user = site.app.users["amina"]
        token = user.new_api_token(scopes=["custom:catalyst:champion!group=nairobi"])
    async with site.stranger() as program:
        answer = await program.get(COMMUNITY, Authorization=f"token {token}")
        assert answer.status_code == 404


async def test_an_admins_token_for_services_only_opens_no_community(site: Site) -> None:
    async with site.signed_in("root"):
        token = site.app.users["root"].new_api_token(scopes=["access:services!service=catalyst"])
    async with site.stranger() as program:
        answer = await program.get(COMMUNITY, Authorization=f"token {token}")
        assert answer.status_code == 404


async def test_who_loses_the_champions_group_loses_the_pages_within_seconds(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert (await amina.get(COMMUNITY)).status_code == 200
        user = site.app.users["amina"]
        groups = list(user.orm_user.groups)
        user.orm_user.groups = [g for g in groups if not g.name.endswith("-champions")]
        site.app.db.commit()
        site.service.settings["hub_auth"].cache.clear()  # those seconds have passed
        assert (await amina.get(COMMUNITY)).status_code == 404
        user.orm_user.groups = groups
        site.app.db.commit()
        site.service.settings["hub_auth"].cache.clear()


async def test_the_hubs_word_is_trusted_for_seconds_only(site: Site) -> None:
    assert site.service.settings["hub_auth"].cache_max_age <= 10


async def test_every_page_forbids_scripts_copies_and_frames(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        for address in (COMMUNITY, COSTS, NOWHERE):
            _assert_strict((await amina.get(address)).headers)


def _assert_strict(headers: httpx.Headers) -> None:
    rules = dict(
        rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";")
    )
    assert rules["default-src"] == "'none'"
    assert "script-src" not in rules
    assert rules["style-src"] == rules["img-src"] == rules["form-action"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert headers["Cache-Control"] == "private, no-store"
