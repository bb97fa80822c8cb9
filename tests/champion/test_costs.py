from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import pytest_asyncio

from tests.champion.history import used
from tests.champion.site import Site, SitePerson

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PAGE = "communities/nairobi/costs"


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def _history(site: Site) -> None:
    await used(site, "kofi", NOW - timedelta(days=3), hours=2)
    await used(site, "lucia", NOW - timedelta(days=2), hours=5)
    await used(site, "lucia", NOW - timedelta(days=40), hours=1)
    await used(site, "lucia", NOW - timedelta(days=2), hours=1, community="cordoba")


async def _rows(person: SitePerson, query: str = "") -> list[list[str]]:
    page = await person.see(PAGE + query)
    return [[cell.text.strip() for cell in row.select("th, td")] for row in page.select("tr")[1:]]


async def test_people_stand_by_what_they_cost_and_add_up(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        rows = await _rows(amina)
    assert [row[0] for row in rows] == ["lucia", "kofi", "Total"]
    assert [row[-1] for row in rows] == ["Ksh500.00", "Ksh200.00", "Ksh700.00"]
    assert [row[2] for row in rows] == ["5", "2", "7"]


async def test_days_stand_in_their_order(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        rows = await _rows(amina, "?by=day")
    assert [row[0] for row in rows] == ["Wed, 18 Nov", "Thu, 19 Nov", "Total"]


async def test_profiles_go_by_their_titles(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert [row[0] for row in await _rows(amina, "?by=profile")] == ["Python", "Total"]


async def test_another_month_can_be_looked_at(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        page = await amina.see(f"{PAGE}?month=2026-10")
        assert page.select_one("h1").text == "Cost in October 2026"
        assert [row[0] for row in await _rows(amina, "?month=2026-10")] == ["lucia", "Total"]
        links = {link.text: link["href"] for link in page.select("main nav a")}
        assert links["The month after"] == "?month=2026-11&by=person"


async def test_the_current_month_is_the_last(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        assert "The month after" not in (await amina.see(PAGE)).text


async def test_no_link_leads_before_the_first_month_or_after_the_last(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        for month, link in (("2000-01", "The month before"), ("2099-12", "The month after")):
            answer = await amina.get(f"{PAGE}?month={month}")
            assert answer.status_code == 200
            assert link not in answer.text


async def test_a_month_without_use_says_so(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        page = await amina.see(f"{PAGE}?month=2026-02")
        assert "Nobody used anything in this month." in page.text
        assert page.select("table") == []


@pytest.mark.parametrize(
    "query",
    [
        "month=2026-13",
        "month=2026",
        "month=%C3%A9",
        "month=9999-12",
        "month=0001-01",
        "by=",
        "by=community",
        "by=%27",
    ],
)
@pytest.mark.parametrize("page", [PAGE, f"{PAGE}.csv"])
async def test_an_impossible_address_is_refused_in_words(site: Site, page: str, query: str) -> None:
    async with site.signed_in("amina") as amina:
        answer = await amina.get(f"{page}?{query}")
        assert answer.status_code == 400
        assert "The hub does not understand this request." in answer.text
        assert ("A month in an address looks like 2026-11" in answer.text) is ("month" in query)


async def _file(person: SitePerson, query: str) -> list[dict[str, str]]:
    answer = await person.get(f"{PAGE}.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")  # or spreadsheets garble accents
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


async def test_the_file_has_pseudonyms_unless_names_are_asked_for(site: Site) -> None:
    async with site.signed_in("amina") as amina:
        plain, named = await _file(amina, "by=person"), await _file(amina, "by=person&names=1")
    assert [line["person"] for line in named] == ["kofi", "lucia"]
    assert {line["person"] for line in plain}.isdisjoint({"kofi", "lucia"})
    assert sum(float(line["cost"]) for line in plain) == 700
    assert {(line["community"], line["month"]) for line in plain} == {("nairobi", "2026-11")}


async def test_a_community_without_prices_still_has_its_hours(site: Site) -> None:
    async with site.signed_in("joao") as joao:
        await used(site, "lucia", NOW - timedelta(days=1), 3, community="mombasa", rate_micros=0)
        page = await joao.see("communities/mombasa")
    assert "Server time in November 2026" in page.select_one("h2#month").text
    assert "3 h" in page.select_one("#chart-description").text
