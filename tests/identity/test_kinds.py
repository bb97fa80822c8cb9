"""Each kind of provider, against a server that answers as its API is documented to do."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from tests.hub.communities import groups
from tests.hub.visitor import Visitor
from tests.identity.api import TOKEN, Api
from tests.identity.test_renewal import MINUTES, is_signed_in

START = "/hub/oauth_login/uni?next=/hub/home"
USER = {"id": 4711, "login": "Kofi", "name": "Kofi Mensah", "email": "kofi@uni.edu"}


def community(*rules: dict) -> dict:
    return {"title": "Savanna", "members": [{"provider": "uni", **rule} for rule in rules]}


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    async with Api(page=2) as api:
        yield api


def github(api: Api) -> dict:
    return {"type": "github", "client_id": "hub", "url": api.url}


def organisation(name: str) -> dict:
    return {"login": name, "id": 1}


def team(org: str, slug: str) -> dict:
    return {"id": 1, "name": slug.title(), "slug": slug, "organization": {"login": org}}


async def come(world, provider: dict, api: Api, **communities: dict):
    hub = await world.start(communities, uni=provider)
    visitor = Visitor(hub)
    answer = await visitor.get(START)
    return hub, visitor, answer


async def test_a_github_organisation_lets_its_members_in_whatever_the_case(world, api):
    api.answers["/api/v3/user"] = USER
    api.answers["/api/v3/user/orgs"] = [organisation(name) for name in ("a", "b", "Sabana-Lab")]
    rule = community({"groups": ["sabana-LAB"]})
    hub, _, answer = await come(world, github(api), api, savanna=rule)
    assert answer.url.path == "/hub/home"
    assert groups(hub, "kofi") == {"savanna"}
    assert world.identities() == {("uni", "4711"): "kofi"}
    assert api.authorized["scope"] == "read:org"


async def test_a_github_team_on_the_last_page_lets_its_members_in(world, api):
    api.answers["/api/v3/user"] = USER
    api.answers["/api/v3/user/orgs"] = [organisation("org")]
    api.answers["/api/v3/user/teams"] = [
        *(team("org", f"team-{i}") for i in range(7)),
        team("Sabana", "Learners"),
    ]
    hub, _, _ = await come(
        world,
        github(api),
        api,
        savanna=community({"groups": ["sabana:learners"]}),
        pampa=community({"groups": ["sabana"]}, {"groups": ["org:learners"]}),
    )
    assert groups(hub, "kofi") == {"savanna"}
    assert api.asked.count("/api/v3/user/teams") == 4


async def test_github_is_asked_for_no_more_than_the_rules_need(world, api):
    api.answers["/api/v3/user"] = USER
    hub, _, _ = await come(world, github(api), api, savanna=community({"people": ["KOFI"]}))
    assert groups(hub, "kofi") == {"savanna"}
    assert "scope" not in api.authorized
    assert [path for path in api.asked if "/api/" in path] == ["/api/v3/user"]


@pytest.mark.parametrize(
    ("emails", "belongs"),
    [
        ([("kofi@uni.edu", True, True)], True),
        ([("kofi@UNI.edu", True, True)], True),
        ([("kofi@uni.edu", True, False)], False),
        ([("kofi@home.example", True, True), ("kofi@uni.edu", False, True)], False),
        ([], False),
    ],
)
async def test_a_github_address_counts_when_it_is_primary_and_verified(world, api, emails, belongs):
    api.answers["/api/v3/user"] = USER
    api.answers["/api/v3/user/emails"] = [
        {"email": email, "primary": primary, "verified": verified}
        for email, primary, verified in emails
    ]
    rule = community({"email_domains": ["uni.edu"]})
    hub, _, _ = await come(world, github(api), api, savanna=rule)
    assert groups(hub, "kofi") == ({"savanna"} if belongs else set())


async def test_a_github_login_of_digits_passes_for_nobodys_number(world, api):
    api.answers["/api/v3/user"] = USER | {"login": "1234"}
    hub, _, _ = await come(world, github(api), api, savanna=community({"people": ["1234"]}))
    assert groups(hub, "person-1234") == set()


def primary_limit() -> tuple[int, dict[str, str]]:
    in_15_minutes = str(int(time.time()) + 900)
    return 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": in_15_minutes}


def secondary_limit() -> tuple[int, dict[str, str]]:
    return 429, {"Retry-After": "900"}


@pytest.mark.parametrize("limit", [primary_limit, secondary_limit])
async def test_at_githubs_limit_people_keep_their_groups_and_it_is_left_in_peace(
    world, api, limit, capfd
):
    api.answers["/api/v3/user"] = USER
    api.answers["/api/v3/user/orgs"] = [organisation("sabana")]
    rule = community({"groups": ["sabana"]})
    hub, kofi, _ = await come(world, github(api), api, savanna=rule)
    api.answers["/api/v3/user/orgs"] = (*limit(), {"message": "API rate limit exceeded"})
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    assert groups(hub, "kofi") == {"savanna"}
    api.asked.clear()
    world.later(minutes=2 * MINUTES)
    assert await is_signed_in(kofi)
    assert api.asked == []
    api.answers["/api/v3/user/orgs"] = []
    world.later(minutes=MINUTES + 16)
    assert await is_signed_in(kofi)
    assert groups(hub, "kofi") == set()
    assert "Traceback" not in capfd.readouterr().err


async def test_at_githubs_limit_a_sign_in_says_so_and_writes_nothing(world, api):
    api.answers["/api/v3/user"] = USER
    api.answers["/api/v3/user/orgs"] = (429, {"Retry-After": "60"}, {})
    rule = community({"groups": ["sabana"]})
    _, _, answer = await come(world, github(api), api, savanna=rule)
    assert answer.status_code == 503
    assert world.identities() == {}


async def test_who_revokes_the_hub_at_github_is_signed_out(world, api):
    api.answers["/api/v3/user"] = USER
    _, kofi, _ = await come(world, github(api), api, savanna=community({"people": ["kofi"]}))
    api.is_revoked = True
    world.later(minutes=MINUTES)
    assert not await is_signed_in(kofi)


async def test_a_link_to_a_page_elsewhere_is_not_followed(world, api):
    async with Api() as thief:
        api.answers["/api/v3/user"] = USER
        link = {"Link": f'<{thief.url}/api/v3/user/orgs>; rel="next"'}
        api.answers["/api/v3/user/orgs"] = (200, link, [])
        rule = community({"groups": ["sabana"]})
        _, _, answer = await come(world, github(api), api, savanna=rule)
        assert answer.status_code == 503
        assert thief.asked == []


async def test_a_code_that_github_takes_no_longer_is_refused(world, api):
    """It says so with status 200."""
    api.token = {"error": "bad_verification_code", "error_description": "The code is incorrect."}
    _, _, answer = await come(world, github(api), api, savanna=community({"people": ["kofi"]}))
    assert answer.status_code == 400
    assert "Please sign in again" in answer.text


UNI, OTHER = "https://id.uni.edu/idp", "http://google.com/accounts/o8/id"
CILOGON_USER = {
    "sub": "http://cilogon.org/serverA/users/12345",
    "idp": UNI,
    "email": "Kofi.Mensah@uni.edu",
    "eppn": "kofi@uni.edu",
    "name": "Kofi Mensah",
}


def cilogon(api: Api) -> dict:
    return {
        "type": "cilogon",
        "client_id": "hub",
        "url": api.url,
        "identity_providers": [
            {"id": UNI, "email_domains": ["uni.edu", "*.uni.edu"], "login_claim": "eppn"},
            {"id": OTHER},
        ],
    }


@pytest.mark.parametrize(
    ("claims", "name", "belongs"),
    [
        ({}, "kofi", {"domain", "idp", "listed"}),
        ({"email": "kofi@cs.uni.edu"}, "kofi", {"idp", "listed"}),
        ({"email": "kofi@evil-uni.edu"}, "kofi", {"idp", "listed"}),
        ({"idp": OTHER}, "kofi-mensah", set()),
        ({"idp": OTHER, "eppn": "x", "email": "kofi@uni.edu"}, "kofi", set()),
        ({"eppn": "kofi@other.edu"}, "kofi", {"domain", "idp"}),
        ({"email": None, "eppn": "kofi@uni.edu"}, "kofi", {"idp", "listed"}),
    ],
)
async def test_an_identity_provider_of_cilogon_speaks_for_its_own_domains_only(
    world, api, claims, name, belongs
):
    api.answers["/oauth2/userinfo"] = CILOGON_USER | claims
    hub, _, _ = await come(
        world,
        cilogon(api),
        api,
        domain=community({"email_domains": ["UNI.edu"]}),
        idp=community({"identity_providers": [UNI], "everyone": True}),
        listed=community({"people": ["kofi@uni.edu"]}),
    )
    assert groups(hub, name) == belongs
    assert api.authorized["selected_idp"] == f"{UNI},{OTHER}"


@pytest.mark.parametrize("idp", ["https://evil.example/idp", None, UNI + "/"])
async def test_people_of_other_identity_providers_stay_outside_and_are_told(world, api, idp):
    api.answers["/oauth2/userinfo"] = CILOGON_USER | {"idp": idp}
    _, _, answer = await come(world, cilogon(api), api, all=community({"everyone": True}))
    assert answer.status_code == 403
    assert "does not accept the account you chose" in answer.text
    assert world.identities() == {}


async def test_gitlab_tells_groups_by_their_paths(world, api):
    api.answers["/oauth/userinfo"] = {
        "sub": "42",
        "nickname": "kofi",
        "email": "kofi@uni.edu",
        "email_verified": True,
        "groups": ["Sabana/Learners"],
    }
    provider = {"type": "gitlab", "client_id": "hub", "url": api.url}
    rule = community({"groups": ["sabana/learners"]})
    hub, _, _ = await come(world, provider, api, savanna=rule)
    assert groups(hub, "kofi") == {"savanna"}


async def test_globus_groups_are_asked_with_their_own_token(world, api):
    group = "fdb38a24-03c1-11e3-86f7-12313809f035"
    api.token |= {
        "resource_server": "auth.globus.org",
        "other_tokens": [
            {"resource_server": "groups.api.globus.org", "access_token": "groups-token"}
        ],
    }
    api.answers["/v2/oauth2/userinfo"] = {"sub": "u-1", "preferred_username": "kofi@uni.edu"}
    api.answers["/v2/groups/my_groups"] = [{"id": group, "name": "Sabana"}]
    provider = {"type": "globus", "client_id": "hub", "url": api.url, "groups_url": api.url}
    hub, _, _ = await come(
        world,
        provider,
        api,
        savanna=community({"groups": [group]}),
        pampa=community({"everyone": True, "identity_providers": ["uni.edu"]}),
        other=community({"everyone": True, "identity_providers": ["other.edu"]}),
    )
    assert groups(hub, "kofi") == {"savanna", "pampa"}
    assert "transfer" not in api.authorized["scope"]


def azuread(api: Api) -> dict:
    return {"type": "azuread", "client_id": "hub", "url": api.url, "tenant": "uni.edu"}


async def test_azure_tells_people_and_groups_in_the_token(world, api):
    api.token |= {"refresh_token": "r-1", "expires_in": 3600}
    api.id_token(oid="o-1", sub="s", preferred_username="kofi@uni.edu", groups=["g-1"])
    rule = community({"groups": ["G-1"]})
    hub, kofi, _ = await come(world, azuread(api), api, savanna=rule)
    assert groups(hub, "kofi") == {"savanna"}
    assert world.identities() == {("uni", "o-1"): "kofi"}
    api.id_token(oid="o-1", sub="s", preferred_username="kofi@uni.edu", groups=[])
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    assert groups(hub, "kofi") == set()


async def test_more_groups_than_azure_tells_are_not_taken_for_none(world, api):
    api.token |= {"refresh_token": "r-1", "expires_in": 3600}
    api.id_token(oid="o-1", preferred_username="kofi@uni.edu", groups=["g-1"])
    rule = community({"groups": ["g-1"]})
    hub, kofi, _ = await come(world, azuread(api), api, savanna=rule)
    api.id_token(oid="o-1", preferred_username="kofi@uni.edu", _claim_names={"groups": "src1"})
    world.later(minutes=MINUTES)
    assert await is_signed_in(kofi)
    assert groups(hub, "kofi") == {"savanna"}


async def test_auth0_people_are_known_by_their_verified_address(world, api):
    api.answers["/userinfo"] = {
        "sub": "auth0|1",
        "email": "kofi@uni.edu",
        "email_verified": True,
        "https://uni.edu/groups": ["sabana"],
    }
    provider = {
        "type": "auth0",
        "client_id": "hub",
        "url": api.url,
        "groups_claim": "https://uni.edu/groups",
    }
    hub, _, _ = await come(
        world,
        provider,
        api,
        savanna=community({"groups": ["sabana"]}),
        pampa=community({"people": ["kofi@uni.edu"]}),
    )
    assert groups(hub, "kofi") == {"savanna", "pampa"}


async def test_the_token_is_in_no_address(world, api):
    api.answers["/api/v3/user"] = USER
    await come(world, github(api), api, savanna=community({"people": ["kofi"]}))
    assert all(TOKEN not in path for path in api.asked)
