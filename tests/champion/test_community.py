from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup

from catalyst_hub.core.unit_of_work import UnitOfWork
from tests.champion.history import used
from tests.champion.site import Site
from tests.support.sessions import a_session, running, stopped

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE = "communities/nairobi"
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def _text(page: BeautifulSoup, selector: str) -> str:
    return " ".join(element.get_text(" ", strip=True) for element in page.select(selector))


async def _runs(site: Site, name: str, minutes: int) -> str:
    """A person's server has been running for so long; the session's id."""

    def work(uow: UnitOfWork) -> str:
        person = uow.people.by_name(name)
        assert person is not None
        began_at = NOW - timedelta(minutes=minutes)
        session = a_session(
            person, community="nairobi", reserved_at=began_at, rate_micros=60_000_000
        )
        return running(uow, session).session_id

    return await site.runtime.write(work)


async def _end(site: Site, session_id: str) -> None:
    def work(uow: UnitOfWork) -> None:
        session = uow.sessions.get(session_id)
        assert session is not None
        stopped(uow, session, NOW)

    await site.runtime.write(work)


async def test_an_idle_community_says_so(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        page = await amina.see(PAGE)
        assert page.html["lang"] == "en"
        assert "Nobody is running a server." in page.text
        assert page.select("table.stacks") == []


async def test_a_running_server_shows_whose_it_is_since_when_and_what_it_costs(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("amina") as amina:
        session_id = await _runs(site, "kofi", minutes=90)
        row = _text(await amina.see(PAGE), "table.stacks tbody tr")
        await _end(site, session_id)
    assert "Kofi" in row
    assert "Python · Small" in row
    assert "1 h 30 min" in row
    assert "KES" in row or "Ksh" in row
    assert "90.00" in row


async def test_an_operator_sees_servers_but_no_way_to_stop_them(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("root") as root:
        session_id = await _runs(site, "kofi", minutes=5)
        page = await root.see(PAGE)
        await _end(site, session_id)
    assert "Kofi" in _text(page, "table.stacks")
    assert page.select("a[href$=stop]") == []


async def test_an_operators_own_server_is_not_for_a_champion_to_stop(site: Site) -> None:
    async with site.signed_in("root"), site.signed_in("amina") as amina:
        session_id = await _runs(site, "root", minutes=5)
        page = await amina.see(PAGE)
        direct = await amina.get(f"{PAGE}/sessions/{session_id}/stop")
        await _end(site, session_id)
    assert "Root" in _text(page, "table.stacks")
    assert page.select("a[href$=stop]") == []
    assert direct.status_code == 404


async def test_the_month_stands_against_the_budget_and_says_when_it_starts_again(
    site: Site,
) -> None:
    await used(site, "kofi", NOW - timedelta(days=9), hours=1)
    async with site.signed_in("amina") as amina:
        page = await amina.see(PAGE)
    limits = _text(page, ".limits")
    assert "Budget · this month" in limits
    assert re.search(r"Budget · this month Ksh[0-9.]+ of Ksh500.00", limits)
    assert "0 of 20 servers" in limits
    assert "Tue, 1 Dec, 00:00 (Nairobi time)" in limits
    assert [meter["max"] for meter in page.select(".limits meter")] == ["100"] * 3


async def test_the_chart_has_words_and_the_same_numbers_as_a_table(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        page = await amina.see(PAGE)
    picture = page.select_one(".chart svg")
    assert picture is not None
    assert picture["role"] == "img"
    names = str(picture["aria-labelledby"]).split()
    assert [page.find(id=name).name for name in names] == ["title", "desc"]
    assert all(page.find(id=name).text.strip() for name in names)
    rows = page.select("details tbody tr")
    assert len(rows) == len(picture.select("rect")) == NOW.day
    spent = _text(page, ".tiles dd").split()
    assert rows[-1].select("td")[-1].text.split()[-1] in " ".join(spent)


async def test_a_page_speaks_the_cookies_language_then_the_communitys(site: Site) -> None:
    async with site.signed_in("joao", language="fr") as joao:
        assert (await joao.see("communities/cordoba")).html["lang"] == "es"
        joao.client.cookies.set("catalyst-language", "pt")
        page = await joao.see("communities/cordoba")
        assert page.html["lang"] == "pt"
        assert "Ninguém está com um servidor em execução." in page.text


async def test_the_switch_leads_back_to_the_page(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        page = await amina.see(PAGE)
        switch = page.select_one("footer a[lang=es]")
        assert switch is not None
        answer = await amina.client.get(str(switch["href"]))
    assert answer.status_code == 200
    assert answer.url.path.endswith(PAGE)
    assert '<html lang="es">' in answer.text


async def test_the_page_is_small_on_the_wire(site: Site) -> None:
    async with (
        site.signed_in("amina") as amina,
        amina.client.stream(
            "GET", f"/services/catalyst/{PAGE}", headers={"Accept-Encoding": "gzip"}
        ) as answer,
    ):
        assert answer.headers["Content-Encoding"] == "gzip"
        size = sum([len(part) async for part in answer.aiter_raw()])
    assert size < 8_000
