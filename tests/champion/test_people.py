"""Who belongs: the list, adding, removing, and what the hub makes of it at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.unit_of_work import UnitOfWork
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.communities import groups
from tests.hub.visitor import page

pytestmark = pytest.mark.asyncio(loop_scope="module")

PEOPLE = "communities/nairobi/people"


def texts(response: httpx.Response, selector: str) -> list[str]:
    return [" ".join(tag.text.split()) for tag in page(response).select(selector)]


async def listed(person: SitePerson, query: str = "") -> list[str]:
    answer = await person.get(PEOPLE + query)
    assert answer.status_code == 200, answer.text
    return texts(answer, "tbody th")


async def add(champion: SitePerson, name: str) -> httpx.Response:
    form = await champion.get(PEOPLE)
    token = page(form).select_one("form[method=post] input[name=_xsrf]")
    assert token is not None
    return await champion.client.post(form.url, data={"_xsrf": token["value"], "name": name})


async def remove(champion: SitePerson, name: str) -> httpx.Response:
    return await champion.press(await champion.get(f"{PEOPLE}/{name}/remove"))


async def back_in(site: Site, *names: str) -> None:
    """Forget what other tests did to these people; the rules hold again at their next sign-in."""

    def forget(uow: UnitOfWork) -> None:
        for name in names:
            person = uow.people.by_name(name)
            if person is not None:
                uow.memberships.remove(person.person_id, "nairobi", "test", site.runtime.now())
                uow.memberships.readmit(person.person_id, "nairobi")

    await site.runtime.write(forget)


async def test_a_champion_sees_who_belongs_and_why(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        answer = await amina.get(PEOPLE)
    assert "Amina amina" in texts(answer, "tbody th")
    [row] = [row for row in texts(answer, "tbody tr") if row.startswith("Kofi")]
    assert "Member" in row
    assert "On the list of the community: kofi" in row
    assert "today" in row


async def test_somebody_is_found_by_a_part_of_a_name(site: Site) -> None:
    async with site.signed_in("lucia"), site.signed_in("kofi"), site.signed_in("amina") as amina:
        assert await listed(amina, "?q=LUCIA") == ["Lucía lucia"]
        assert await listed(amina, "?q=nobody") == []
        assert await listed(amina, "?dormant=1") == []
        assert await listed(amina, "?page=99&q=ko") == ["Kofi kofi"]


async def test_who_has_not_been_seen_for_months_is_found_by_a_tick(site: Site) -> None:
    long_ago = site.runtime.now() - timedelta(days=120)

    def come_and_go(uow: UnitOfWork) -> None:
        zuri = uow.people.add("zuri", "Zuri", Identity("demo", "zuri"), long_ago)
        grant = Grant(Source.MANUAL, Role.MEMBER, long_ago, {"by": "amina"})
        uow.memberships.grant(zuri.person_id, "nairobi", grant)

    await site.runtime.write(come_and_go)
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        assert await listed(amina, "?dormant=1") == ["Zuri zuri"]
        assert "Kofi kofi" in await listed(amina)
    await back_in(site, "zuri")


async def test_the_latecomer_is_added_by_name_and_starts_without_signing_in_again(
    site: Site,
) -> None:
    async with site.signed_in("bo") as bo, site.signed_in("amina") as amina:
        assert (await bo.client.get("/hub/spawn")).status_code == 200
        answer = await add(amina, " Bo ")
        assert "They belong to the community now and can start a server." in answer.text
        assert groups(site.app, "bo") == {"nairobi"}
        await bo.start_server()
        await until(lambda: bool(site.app.users["bo"].spawner.ready))
        [row] = [row for row in texts(await amina.get(PEOPLE), "tbody tr") if "Bo" in row]
        assert "Added by Amina" in row
        await site.app.users["bo"].stop()
    await back_in(site, "bo")


async def test_a_name_with_capitals_of_an_older_hub_is_found_as_it_is_written(site: Site) -> None:
    now = site.runtime.now()
    identity = Identity("demo", "wanjiru")
    await site.runtime.write(lambda uow: uow.people.add("Wanjiru", "Wanjiru K.", identity, now))
    async with site.signed_in("amina") as amina:
        assert (await add(amina, " Wanjiru ")).status_code == 200
        assert "Wanjiru K. Wanjiru" in await listed(amina)
    await back_in(site, "Wanjiru")


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not is_so():
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nobody", "Nobody on this hub is called nobody."),
        ("kofi", "kofi belongs to this community already."),
        ("root", "root runs this hub and is in no community."),
        ("joao", "joao belongs to another community and has to agree"),
        ("<b>", "Nobody on this hub is called <b>."),
    ],
)
async def test_who_cannot_be_added_is_said_with_the_reason(
    site: Site, name: str, sentence: str
) -> None:
    async with site.signed_in("kofi"), site.signed_in("root"), site.signed_in("joao"):
        before = groups(site.app, "joao")
        async with site.signed_in("amina") as amina:
            answer = await add(amina, name)
    assert answer.status_code == 422
    assert sentence in texts(answer, "[role=alert]")[0]
    assert groups(site.app, "joao") == before
    assert groups(site.app, "root") == set()


async def test_a_removal_is_asked_for_twice_and_gives_notice_to_the_server(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        await kofi.start_server()
        await until(lambda: bool(site.app.users["kofi"].spawner.ready))
        question = await amina.get(f"{PEOPLE}/kofi/remove")
        assert "Take Kofi out of Nairobi?" in question.text
        assert "Servers they run here are stopped in 10 minutes" in question.text
        answer = await amina.press(question)
        assert "can start nothing here any more" in answer.text
        assert groups(site.app, "kofi") == set()
        home = await kofi.client.get("/hub/home")
        assert "This server will be stopped at" in page(home).select(".panel .alert")[0].text
        assert site.app.users["kofi"].spawner.ready
        await site.app.users["kofi"].stop()
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        assert groups(site.app, "kofi") == set(), "the rules must not let a removed person in"
        assert "Kofi kofi" in texts(await amina.get(PEOPLE), "#removed ~ table th")
        await add(amina, "kofi")
        assert groups(site.app, "kofi") == {"nairobi"}
    await back_in(site, "kofi")


async def test_champions_and_operators_are_out_of_a_champions_reach(site: Site) -> None:
    async with site.signed_in("root"), site.signed_in("amina") as amina:
        form = await amina.get(PEOPLE)
        token = page(form).select_one("form[method=post] input[name=_xsrf]")
        assert token is not None
        assert not page(form).select("a[href$='/amina/remove']")
        asked = await amina.get(f"{PEOPLE}/amina/remove")
        assert "are removed by the people who run this hub" in asked.text
        forced = await amina.client.post(
            f"{PREFIX}{PEOPLE}/amina/remove", data={"_xsrf": token["value"]}
        )
        assert forced.status_code == 404
        assert groups(site.app, "amina") == {"nairobi", "nairobi-champions"}


async def test_an_operator_may_remove_a_champion_who_loses_the_pages_at_once(site: Site) -> None:
    async with site.signed_in("amina") as amina, site.signed_in("root") as root:
        await amina.get()
        await remove(root, "amina")
        assert groups(site.app, "amina") == set()
        site.service.settings["hub_auth"].cache.clear()  # its few seconds have passed
        assert (await amina.get(PEOPLE)).status_code == 404
        await add(root, "amina")
    await back_in(site, "amina")


async def test_a_forged_form_adds_and_removes_nobody(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("bo"), site.signed_in("amina") as amina:
        await amina.get(PEOPLE)
        for below, form in ((PEOPLE, {"name": "bo"}), (f"{PEOPLE}/kofi/remove", {})):
            answer = await amina.client.post(PREFIX + below, data=form | {"_xsrf": "2|forged"})
            assert answer.status_code == 403
    assert groups(site.app, "kofi") == {"nairobi"}
    assert groups(site.app, "bo") == set()


async def test_a_name_with_markup_is_shown_as_text(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        answer = await amina.get(PEOPLE + "?q=<script>alert(1)</script>")
        assert "<script>" not in answer.text


async def test_what_was_done_is_told_in_sentences(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina", "fr") as amina:
        await remove(amina, "kofi")
        await add(amina, "kofi")
        answer = await amina.get("communities/nairobi/audit")
        deeds = texts(answer, ".deeds li")
    assert deeds[0].endswith("Amina added Kofi.")
    assert deeds[1].endswith("Amina took Kofi out of the community.")
    await back_in(site, "kofi")
