"""From asking on the hub's page to the champion's answer, and what the person sees of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import httpx
import pytest

from catalyst_hub.core.unit_of_work import UnitOfWork
from tests.champion.site import PREFIX, Site, SitePerson
from tests.hub.communities import groups
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTS = "communities/nairobi/requests"


@pytest.fixture(autouse=True)
async def _nobody_asked(site: Site) -> None:
    """Each test begins with people who belong nowhere by hand and have asked for nothing."""

    def forget(uow: UnitOfWork) -> None:
        for name in ("bo", "kofi"):
            person = uow.people.by_name(name)
            if person is not None:
                uow.memberships.remove(person.person_id, "nairobi", "test", site.runtime.now())
                uow.memberships.readmit(person.person_id, "nairobi")

    await site.runtime.write(forget)
    file = site.runtime.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM join_requests")


async def send(person: SitePerson, form: httpx.Response, **changed: str) -> httpx.Response:
    """Send the first form of the page to where it leads."""
    found = page(form).select_one("main form")
    assert found is not None, form.text[:3000]
    address = form.url.join(str(found.get("action") or ""))
    return await person.client.post(address, data=fields(found) | changed)


async def ask(person: SitePerson, slug: str = "nairobi", message: str = "") -> httpx.Response:
    form = await person.client.get(f"/hub/ask-to-join/{slug}")
    assert form.status_code == 200, form.text
    return await send(person, form, message=message)


async def test_who_asks_is_let_in_and_starts_in_the_same_minute(site: Site) -> None:
    async with site.signed_in("bo") as bo, site.signed_in("amina") as amina:
        offered = await bo.client.get("/hub/join")
        [link] = page(offered).select("#ask ~ ul a")
        assert link["href"] == "/hub/ask-to-join/nairobi"
        home = await ask(bo, message="I teach <b>biology</b>")
        assert home.url.path == "/hub/home"
        assert "You have asked to join Nairobi" in home.text
        assert "/hub/ask-to-join/nairobi" not in (await bo.client.get("/hub/join")).text
        waiting = await amina.get(REQUESTS)
        assert page(waiting).blockquote.text == "I teach <b>biology</b>"  # type: ignore[union-attr]
        assert "Requests (1)" in (await amina.get("communities/nairobi/people")).text
        answer = await send(amina, waiting, answer="approve")
        assert "Bo belongs to the community now and can start a server." in answer.text
        assert groups(site.app, "bo") == {"nairobi"}
        assert "asked to join" not in (await bo.client.get("/hub/home")).text
        people = await amina.get("communities/nairobi/people?q=bo")
        assert "Asked to join, and Amina said yes" in people.text


async def test_who_is_declined_reads_it_in_kind_words_with_whom_to_ask(site: Site) -> None:
    async with site.signed_in("bo") as bo, site.signed_in("amina") as amina:
        await ask(bo)
        answer = await send(amina, await amina.get(REQUESTS), answer="decline")
        assert "You have declined the request of Bo" in answer.text
        home = await bo.client.get("/hub/home")
        assert "Thank you for asking." in home.text
        assert "write to amina@example.org" in home.text
        assert (await bo.client.get("/hub/ask-to-join/nairobi")).status_code == 404
    assert groups(site.app, "bo") == set()


async def test_of_two_champions_the_second_is_told_what_the_first_has_said(site: Site) -> None:
    async with (
        site.signed_in("bo") as bo,
        site.signed_in("amina") as amina,
        site.signed_in("root") as root,
    ):
        await ask(bo)
        seen, seen_by_amina = await root.get(REQUESTS), await amina.get(REQUESTS)
        await send(amina, seen_by_amina, answer="decline")
        told = await send(root, seen, answer="approve")
        assert "Amina had declined the request of Bo before you." in told.text
        again = await send(amina, seen_by_amina, answer="decline")
        assert "You have declined the request of Bo" in again.text
    assert groups(site.app, "bo") == set()


async def test_a_withdrawn_request_is_gone_for_both(site: Site) -> None:
    async with site.signed_in("bo") as bo, site.signed_in("amina") as amina:
        home = await ask(bo)
        seen = await amina.get(REQUESTS)
        assert "asked to join" not in (await send(bo, home)).text
        told = await send(amina, seen, answer="approve")
        assert "Bo had withdrawn the request before you answered." in told.text
        assert "Nobody is waiting for an answer." in told.text
    assert groups(site.app, "bo") == set()


async def test_who_was_taken_out_reads_the_same_and_reaches_nobody(site: Site) -> None:
    async with (
        site.signed_in("kofi") as kofi,
        site.signed_in("bo") as bo,
        site.signed_in("amina") as amina,
    ):
        await amina.press(await amina.get("communities/nairobi/people/kofi/remove"))
        homes = [await ask(person, message="please") for person in (kofi, bo)]
        said = [page(home).select("section.panel")[0].text.split() for home in homes]
        assert said[0] == said[1]
        shown = page(await amina.get(REQUESTS)).select("section.panel h2")
        assert [h2.text for h2 in shown] == ["Bo"]


@pytest.mark.parametrize("slug", ["cordoba", "atlantis", "nairobi-champions"])
async def test_what_takes_no_requests_looks_like_what_is_not_there(site: Site, slug: str) -> None:
    async with site.signed_in("bo") as bo:
        assert (await bo.client.get(f"/hub/ask-to-join/{slug}")).status_code == 404
        form = page(await bo.client.get("/hub/ask-to-join/nairobi")).select_one("main form")
        assert form is not None
        answer = await bo.client.post(f"/hub/ask-to-join/{slug}", data=fields(form))
        assert answer.status_code == 404
        assert "Córdoba" not in (await bo.client.get("/hub/join")).text


async def test_members_and_strangers_see_no_requests(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("joao") as joao:
        for person in (kofi, joao):
            await person.get()
            assert (await person.get(REQUESTS)).status_code == 404
            assert (await person.get(f"{REQUESTS}/1")).status_code == 404
            headers = {"Authorization": f"token {site.app.users['kofi'].new_api_token()}"}
            async with site.stranger() as program:
                address = f"{PREFIX}{REQUESTS}/1"
                refused = await program.client.post(
                    address, headers=headers, data={"answer": "approve"}
                )
            assert refused.status_code == 404


async def test_a_forged_form_asks_for_nothing(site: Site) -> None:
    async with site.signed_in("bo") as bo:
        answer = await bo.client.post("/hub/ask-to-join/nairobi", data={"message": "x"})
        assert answer.status_code == 403
        assert "asked to join" not in (await bo.client.get("/hub/home")).text


async def test_after_three_requests_a_day_the_next_has_to_wait(site: Site) -> None:
    async with site.signed_in("bo") as bo:
        for _ in range(3):
            home = await ask(bo)
            await send(bo, home)
        late = await ask(bo)
    assert late.status_code == 429
    assert "wait until tomorrow" in late.text


async def test_an_answer_that_is_none_is_refused(site: Site) -> None:
    async with site.signed_in("bo") as bo, site.signed_in("amina") as amina:
        await ask(bo)
        answer = await send(amina, await amina.get(REQUESTS), answer="perhaps")
        assert answer.status_code == 400
        assert "Bo" in (await amina.get(REQUESTS)).text
