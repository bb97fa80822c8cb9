"""What comes back is believed once, from the provider it was sent to, in the browser that went."""

from __future__ import annotations

import time

import pytest

from tests.hub.visitor import Visitor
from tests.identity.test_sign_in import answer_of
from tests.identity.world import to_provider


@pytest.fixture
async def hub(world, idp, other_idp):
    for provider in (idp, other_idp):
        await provider.says("1", preferred_username="kofi")
    return await world.start(uni=idp, lab=other_idp)


async def refused(visitor: Visitor, address) -> bool:
    answer = await visitor.get(address)
    is_told = "Please sign in again" in answer.text or "not confirmed" in answer.text
    return answer.status_code in (400, 403) and is_told


async def test_two_tabs_at_two_providers_both_sign_in(world, hub):
    async with Visitor(hub) as visitor:
        uni, lab = [await to_provider(visitor, provider) for provider in ("uni", "lab")]
        for form in (lab, uni):
            answer = await visitor.submit(form, "form", account="1")
            assert answer.url.path.startswith("/hub/")
    assert set(world.identities()) == {("uni", "1"), ("lab", "1")}


async def test_an_answer_of_one_provider_is_refused_at_anothers_address(world, hub):
    async with Visitor(hub) as visitor:
        await to_provider(visitor, "lab")
        back = await answer_of(visitor, "uni", "1")
        elsewhere = back.copy_with(path="/hub/oauth_callback/lab")
        assert await refused(visitor, elsewhere)
    assert world.identities() == {}


async def test_a_state_of_one_provider_with_its_cookie_renamed_is_refused(world, hub):
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        cookie = visitor.client.cookies["catalyst-sign-in-uni"]
        visitor.client.cookies.set("catalyst-sign-in-lab", cookie)
        assert await refused(visitor, back.copy_with(path="/hub/oauth_callback/lab"))
    assert world.identities() == {}


async def test_an_answer_that_names_another_issuer_is_refused(world, hub, other_idp):
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        assert await refused(visitor, back.copy_set_param("iss", other_idp.issuer))
    assert world.identities() == {}


async def test_another_browser_with_the_address_is_refused(world, hub, idp):
    """And the provider is not asked: by PKCE it would refuse as well, and void what it gave."""
    async with Visitor(hub) as visitor, Visitor(hub) as attacker:
        back = await answer_of(visitor, "uni", "1")
        assert await refused(attacker, back)
        await to_provider(attacker, "uni")
        assert await refused(attacker, back)
    assert await idp.questions() == []
    assert world.identities() == {}


async def test_an_address_is_good_for_one_visit(hub):
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        assert (await visitor.get(back)).status_code != 400
        assert await refused(visitor, back)


async def test_a_copy_of_the_cookie_does_not_open_the_address_again(hub, idp):
    async with Visitor(hub) as visitor, Visitor(hub) as copy:
        back = await answer_of(visitor, "uni", "1")
        copy.client.cookies.update(visitor.client.cookies)
        assert (await visitor.get(back)).status_code != 400
        asked = await idp.questions()
        assert await refused(copy, back)
    assert await idp.questions() == asked


async def test_a_code_that_was_used_already_is_refused_by_the_provider(world, hub):
    """Even where the hub has forgotten, as after a restart."""
    async with Visitor(hub) as visitor, Visitor(hub) as copy:
        back = await answer_of(visitor, "uni", "1")
        copy.client.cookies.update(visitor.client.cookies)
        await visitor.get(back)
        hub.authenticator.oauth_provider("uni").answered.__init__()
        assert await refused(copy, back)


async def test_half_an_hour_later_it_is_too_late(hub, monkeypatch):
    async with Visitor(hub) as visitor:
        back = await answer_of(visitor, "uni", "1")
        now = time.time()
        monkeypatch.setattr("tornado.web.time.time", lambda: now + 1801)
        assert await refused(visitor, back)


@pytest.mark.parametrize("extra", ["", "state=x", "code=1", "code=1&state=", "code=1&state=uni.x"])
async def test_whatever_else_comes_is_refused_without_a_traceback(world, hub, capfd, extra):
    async with Visitor(hub) as visitor:
        await to_provider(visitor, "uni")
        assert await refused(visitor, f"/hub/oauth_callback/uni?{extra}")
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    "goal",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "////evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "https:///evil.example",
        "/%09/evil.example",
        "http://127.0.0.1:1@evil.example/",
    ],
)
async def test_nobody_is_sent_to_another_site(hub, goal):
    async with Visitor(hub) as visitor:
        form = await visitor.get("/hub/oauth_login/uni", params={"next": goal})
        visitor.client.follow_redirects = False
        answer = await visitor.submit(form, "form", account="1")
        while answer.is_redirect:
            target = answer.next_request.url
            assert target.host == "127.0.0.1"
            answer = await visitor.get(target)


async def test_a_person_gets_where_she_wanted_to_go(hub):
    async with Visitor(hub) as visitor:
        goal = "/hub/spawn?community=pampa&profile=python"
        form = await visitor.get("/hub/oauth_login/uni", params={"next": goal})
        answer = await visitor.submit(form, "form", account="1")
    assert str(answer.url).endswith(goal)
