"""From "ask my champion" on the hub's page to the answer, and what the person sees of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import httpx
import pytest

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from tests.champion.site import COMMUNITIES as PLAIN
from tests.champion.site import Site, SitePerson
from tests.hub.visitor import fields, page

pytestmark = pytest.mark.asyncio(loop_scope="module")

APPEALS = "communities/nairobi/appeals"
COMMUNITIES = PLAIN.replace(
    "    title: Nairobi\n",
    "    title: Nairobi\n    bounds: {champions_may_make_exceptions: true}\n",
)


@pytest.fixture(autouse=True)
async def _nobody_asked(site: Site) -> None:
    file = site.runtime.settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM appeals")
        connection.execute("DELETE FROM exceptions")


def a_limit(site: Site) -> str:
    """The name of a limit that each person of Nairobi has."""
    limits: tuple[Limit, ...] = site.runtime.policy.by_slug["nairobi"].limits
    found = next(limit for limit in limits if limit.scope is LimitScope.PERSON)
    return f"person.{found.unit}.{found.window}"


async def send(person: SitePerson, form: httpx.Response, **changed: str) -> httpx.Response:
    """Send the first form of the page to where it leads."""
    found = page(form).select_one("main form")
    assert found is not None, form.text[:3000]
    address = form.url.join(str(found.get("action") or ""))
    return await person.client.post(address, data=fields(found) | changed)


async def ask(person: SitePerson, limit: str, message: str = "") -> httpx.Response:
    form = await person.client.get(f"/hub/ask-champion/nairobi?limit={limit}")
    assert form.status_code == 200, form.text
    return await send(person, form, message=message)


async def test_who_asks_is_declined_with_a_word_and_reads_it(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        home = await ask(kofi, a_limit(site), "an <b>exam</b> tomorrow")
        assert home.url.path == "/hub/home"
        assert "You have asked the champions of Nairobi for more" in home.text
        assert "People who ask (1)" in (await amina.get("communities/nairobi/people")).text
        waiting = await amina.get(APPEALS)
        assert page(waiting).blockquote.text == "an <b>exam</b> tomorrow"  # type: ignore[union-attr]
        answer = await send(amina, waiting, reply="Please come <i>at five</i>")
        assert "You have declined, and the person is told so." in answer.text
        told = await kofi.client.get("/hub/home")
        assert "make no exception for you this time" in told.text
        assert "Please come &lt;i&gt;at five&lt;/i&gt;" in told.text


async def test_one_question_waits_at_a_time_and_can_be_taken_back(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        await ask(kofi, a_limit(site), "first")
        home = await ask(kofi, a_limit(site), "second")
        assert home.url.path == "/hub/home"
        waiting = await amina.get(APPEALS)
        assert [quote.text for quote in page(waiting).select("blockquote")] == ["first"]
        form = page(home).select_one("form[action*=appeals]")
        assert form is not None
        await kofi.client.post(home.url.join(str(form["action"])), data=fields(form))
        assert "Nobody is waiting for an answer." in (await amina.get(APPEALS)).text
        late = await send(amina, waiting, reply="no")
        assert "Somebody had answered this before you" in late.text
        await ask(kofi, a_limit(site), "third")
        assert "third" in (await amina.get(APPEALS)).text


async def test_the_way_to_an_exception_is_filled_in_and_answers_the_question(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        await ask(kofi, a_limit(site))
        [link] = page(await amina.get(APPEALS)).select("main a.button")
        assert "person=kofi" in str(link["href"])
        assert "appeal=" in str(link["href"])
        assert f"unit={a_limit(site).split('.')[1]}" in str(link["href"])


async def test_of_a_limit_that_champions_cannot_raise_they_read_who_can(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        await ask(kofi, "community.money.month")
        told = page(await amina.get(APPEALS))
        assert "You cannot raise this limit. The people who run this hub can." in told.text
        assert told.select("main a[href*=exceptions\\?]") == []
        [budget] = told.select("main section a")
        assert str(budget["href"]).endswith("/communities/nairobi/budget")
    async with site.signed_in("root") as root:
        [link] = page(await root.get(APPEALS)).select("main a.button")
        assert "unit=money" in str(link["href"])
        filled = page(await root.client.get(str(link["href"])))
        chosen = filled.select_one("#limit option[selected]")
        assert chosen is not None
        assert "Budget" in chosen.text


@pytest.mark.parametrize("limit", ["", "person.gpu.week", "nonsense", "person.servers.at_once.r"])
async def test_there_is_no_such_page_about_what_limits_nobody(site: Site, limit: str) -> None:
    async with site.signed_in("kofi") as kofi:
        asked = await kofi.client.get(f"/hub/ask-champion/nairobi?limit={limit}")
        assert asked.status_code == 404


async def test_who_does_not_belong_asks_nobody_and_sees_no_questions(site: Site) -> None:
    async with site.signed_in("bo") as bo:
        limit = a_limit(site)
        assert (await bo.client.get(f"/hub/ask-champion/nairobi?limit={limit}")).status_code == 404
        assert (await bo.get(APPEALS)).status_code == 404


async def test_a_question_of_another_community_is_not_answered_here(site: Site) -> None:
    async with site.signed_in("kofi") as kofi, site.signed_in("amina") as amina:
        await ask(kofi, a_limit(site))
        form = page(await amina.get(APPEALS)).select_one("main form")
        assert form is not None
        elsewhere = str(form["action"]).replace("/nairobi/", "/cordoba/")
        sent = await amina.client.post(elsewhere, data=fields(form))
        assert sent.status_code == 404
        assert "Nobody is waiting" not in (await amina.get(APPEALS)).text
