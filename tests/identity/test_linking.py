"""Two providers, one person: linked by herself, on both sides, in one browser."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from tests.hub.communities import groups
from tests.hub.visitor import Visitor, page
from tests.identity.test_nanoidp import nano
from tests.identity.world import sign_in

__all__ = ["nano"]

HOME = "/hub/login?next=/hub/home"
RULES = {
    "savanna": {"title": "Savanna", "members": [{"provider": "uni", "groups": ["savanna"]}]},
    "pampa": {"title": "Pampa", "members": [{"provider": "lab", "everyone": True}]},
}


@pytest.fixture
async def hub(world, idp, other_idp):
    await idp.says("1", preferred_username="kofi", name="Kofi Mensah", groups=["savanna"])
    await idp.says("2", preferred_username="bo", groups=["savanna"])
    await other_idp.says("9", preferred_username="k.mensah")
    return await world.start(RULES, uni=idp, lab=other_idp)


@pytest.fixture
async def kofi(hub):
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", HOME)
        yield visitor


async def go_to_link(visitor: Visitor, provider: str):
    """The provider's own page, on the way that links."""
    chosen = await visitor.get("/hub/account/link")
    form = f'form:has(input[name=provider][value="{provider}"])'
    return await visitor.submit(chosen, form)


async def link(visitor: Visitor, provider: str, account: str):
    """As far as the question."""
    return await visitor.submit(await go_to_link(visitor, provider), "form", account=account)


async def answer_of(visitor: Visitor, provider: str, account: str):
    """The address to which the provider sends her back, not yet visited."""
    form = await go_to_link(visitor, provider)
    visitor.client.follow_redirects = False
    answer = await visitor.submit(form, "form", account=account)
    while "oauth_callback" not in str(answer.next_request.url):
        answer = await visitor.get(answer.next_request.url)
    visitor.client.follow_redirects = True
    return answer.next_request.url


async def test_what_both_providers_give_is_hers_and_either_signs_her_in(world, hub, kofi):
    question = await link(kofi, "lab", "9")
    assert question.url.path.startswith("/hub/account/link/")
    names = {tag.text.strip() for tag in page(question).select("dd strong")}
    assert names == {"kofi", "k.mensah"}
    assert ("lab", "9") not in world.identities()
    done = await kofi.submit(question)
    assert (done.status_code, done.url.path) == (200, "/hub/account")
    assert "in this way, too" in done.text
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "9"): "kofi"}
    assert groups(hub, "kofi") == {"savanna", "pampa"}
    for provider, account in (("lab", "9"), ("uni", "1")):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, provider, account, HOME)
        assert groups(hub, "kofi") == {"savanna", "pampa"}


async def test_it_works_across_two_programs(world, idp, nano):
    await idp.says("1", preferred_username="kofi", groups=["savanna"])
    hub = await world.start(RULES, uni=idp, lab=nano)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", HOME)
        form = await go_to_link(visitor, "lab")
        question = await visitor.submit(form, "form", username="bo", password="x")
        await visitor.submit(question)
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "bo"): "kofi"}
    assert groups(hub, "kofi") == {"savanna", "pampa"}


async def test_looking_at_the_question_links_nothing_and_no_is_no(world, hub, kofi):
    question = await link(kofi, "lab", "9")
    await kofi.get(question.url)
    await kofi.get("/hub/account")
    assert set(world.identities()) == {("uni", "1")}


def lend_attempt(mine: Visitor, other: Visitor) -> None:
    """The cookie of the way to the provider: as if it had been stolen."""
    [cookie] = [c for c in mine.client.cookies.jar if c.name == "catalyst-sign-in-lab"]
    other.client.cookies.set(cookie.name, cookie.value, cookie.domain, cookie.path)


async def refused(visitor: Visitor, address) -> bool:
    answer = await visitor.get(address)
    return answer.status_code == 400 and "too old" in answer.text


async def test_an_answer_is_refused_in_another_session_of_another_person(world, hub, kofi, idp):
    """Neither does she become who was meant, nor does anybody gain a way by it."""
    back = await answer_of(kofi, "lab", "9")
    async with Visitor(hub) as bo:
        await sign_in(bo, "uni", "2", HOME)
        lend_attempt(kofi, bo)
        assert await refused(bo, back)
    assert set(world.identities()) == {("uni", "1"), ("uni", "2")}


async def test_an_answer_is_refused_where_nobody_is_signed_in(world, hub, kofi, other_idp):
    """It is no sign-in either: that would sign a victim in as somebody else."""
    back = await answer_of(kofi, "lab", "9")
    async with Visitor(hub) as stranger:
        lend_attempt(kofi, stranger)
        assert await refused(stranger, back)
        assert (await stranger.get("/hub/home")).url.path == "/hub/login"
    assert await other_idp.questions() == []
    assert set(world.identities()) == {("uni", "1")}


async def test_after_signing_out_and_in_again_it_is_another_session(world, hub, kofi):
    back = await answer_of(kofi, "lab", "9")
    await kofi.get("/hub/logout")
    await sign_in(kofi, "uni", "1", HOME)
    assert await refused(kofi, back)
    assert set(world.identities()) == {("uni", "1")}


async def test_an_answer_is_good_for_one_visit_and_a_question_for_one_answer(world, hub, kofi):
    back = await answer_of(kofi, "lab", "9")
    question = await kofi.get(back)
    assert await refused(kofi, back)
    await kofi.submit(question)
    assert (await kofi.submit(question)).status_code == 400
    assert len(world.identities()) == 2


async def test_nobody_else_can_answer_the_question(world, hub, kofi):
    question = await link(kofi, "lab", "9")
    async with Visitor(hub) as bo:
        await sign_in(bo, "uni", "2", HOME)
        assert await refused(bo, question.url)
        own = await bo.get("/hub/account/link")
        token = page(own).select_one("input[name=_xsrf]")["value"]
        answer = await bo.client.post(question.url, data={"_xsrf": token})
        assert answer.status_code == 400
    assert set(world.identities()) == {("uni", "1"), ("uni", "2")}


async def test_a_form_of_another_site_starts_nothing_and_links_nothing(world, hub, kofi):
    question = await link(kofi, "lab", "9")
    for address in ("/hub/account/link", question.url):
        answer = await kofi.client.post(address, data={"provider": "lab"})
        assert answer.status_code == 403
    assert set(world.identities()) == {("uni", "1")}


async def test_a_sign_in_that_was_under_way_stays_a_sign_in(world, hub, kofi):
    """An address that somebody else has sent her to begins no link."""
    form = await kofi.get("/hub/oauth_login/lab")
    await kofi.submit(form, "form", account="9")
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "9"): "k-mensah"}


async def test_somebody_elses_way_stays_hers(world, hub, kofi):
    async with Visitor(hub) as other:
        await sign_in(other, "lab", "9", HOME)
    question = await link(kofi, "lab", "9")
    assert "Two accounts stay two" in question.text
    assert page(question).select("main form") == []
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "9"): "k-mensah"}


async def test_it_is_checked_again_when_she_says_yes(world, hub, kofi):
    question = await link(kofi, "lab", "9")
    async with Visitor(hub) as other:
        await sign_in(other, "lab", "9", HOME)
    answer = await kofi.submit(question)
    assert answer.status_code == 409
    assert "Two accounts stay two" in answer.text
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "9"): "k-mensah"}


@pytest.mark.parametrize(("mine", "other"), [("1", "9"), ("2", "9")])
async def test_power_over_the_hub_is_not_lent(world, idp, other_idp, mine, other):
    """Whichever side is an operator's: the weaker account would be the way to all power."""
    await idp.says("1", preferred_username="root")
    await idp.says("2", preferred_username="kofi")
    await other_idp.says("9", preferred_username="x")
    listed = {"1": ("uni", "1"), "2": ("lab", "9")}[mine]
    operators = [{"provider": listed[0], "people": [listed[1]]}]
    hub = await world.start(RULES, operators=operators, uni=idp, lab=other_idp)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", mine, HOME)
        question = await link(visitor, "lab", other)
        assert "listed as operators first" in question.text
        assert page(question).select("main form") == []
    assert set(world.identities()) == {("uni", mine)}


async def test_an_operators_ways_are_linked_when_both_are_listed(world, idp, other_idp):
    await idp.says("1", preferred_username="root")
    await other_idp.says("9", preferred_username="root")
    operators = [{"provider": "uni", "people": ["1"]}, {"provider": "lab", "people": ["9"]}]
    hub = await world.start(RULES, operators=operators, uni=idp, lab=other_idp)
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", HOME)
        await visitor.submit(await link(visitor, "lab", "9"))
    assert world.identities() == {("uni", "1"): "root", ("lab", "9"): "root"}
    assert hub.users["root"].admin


async def test_whoever_is_listed_later_has_power_only_when_all_ways_are(world, idp, other_idp, hub):
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "uni", "1", HOME)
        await visitor.submit(await link(visitor, "lab", "9"))
    hub = await world.start(
        RULES, operators=[{"provider": "uni", "people": ["1"]}], uni=idp, lab=other_idp
    )
    for provider, account in (("uni", "1"), ("lab", "9")):
        async with Visitor(hub) as visitor:
            await sign_in(visitor, provider, account, HOME)
            assert not hub.users["kofi"].admin
            assert "not on the list" in (await visitor.get("/hub/account")).text


async def unlink(visitor: Visitor, provider: str):
    account = await visitor.get("/hub/account")
    [way] = [
        a["href"]
        for a in page(account).select('a[href*="/account/unlink/"]')
        if provider in a.find_parent("div").h3.text
    ]
    return await visitor.submit(await visitor.get(way))


async def test_a_way_that_is_given_up_leads_to_somebody_new(world, hub, kofi):
    await kofi.submit(await link(kofi, "lab", "9"))
    done = await unlink(kofi, "lab")
    assert "This way to sign in is gone" in done.text
    assert groups(hub, "kofi") == {"savanna"}
    async with Visitor(hub) as visitor:
        await sign_in(visitor, "lab", "9", HOME)
    assert world.identities() == {("uni", "1"): "kofi", ("lab", "9"): "k-mensah"}


async def test_with_a_way_all_it_may_have_opened_ends_but_not_this_browser(world, hub, kofi):
    await kofi.submit(await link(kofi, "lab", "9"))
    async with Visitor(hub) as thief:
        await sign_in(thief, "lab", "9", HOME)
        assert (await thief.get("/hub/home")).url.path == "/hub/home"
        await unlink(kofi, "lab")
        assert (await thief.get("/hub/home")).url.path == "/hub/login"
    assert (await kofi.get("/hub/home")).url.path == "/hub/home"
    world.later(minutes=6)
    assert (await kofi.get("/hub/home")).url.path == "/hub/home"


async def test_the_last_way_cannot_be_given_up(world, hub, kofi):
    assert "account/unlink" not in (await kofi.get("/hub/account")).text
    await kofi.submit(await link(kofi, "lab", "9"))
    account = await kofi.get("/hub/account")
    ways = [a["href"] for a in page(account).select('a[href*="/account/unlink/"]')]
    questions = [await kofi.get(way) for way in ways]
    await kofi.submit(questions[0])
    assert (await kofi.submit(questions[1])).status_code in {403, 404}
    assert (await kofi.get(ways[1])).status_code == 404
    assert len(world.identities()) == 1


async def test_links_are_audited_without_what_providers_call_people(world, hub, kofi, tmp_path):
    await kofi.submit(await link(kofi, "lab", "9"))
    await unlink(kofi, "lab")
    with closing(sqlite3.connect(tmp_path / "catalyst.sqlite")) as database:
        rows = database.execute(
            "SELECT action, actor, facts FROM audit WHERE action LIKE 'identity:%'"
        ).fetchall()
    facts = '{"provider": "lab"}'
    assert rows == [("identity:linked", "kofi", facts), ("identity:unlinked", "kofi", facts)]
