from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.champion.history import used
from tests.champion.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


async def test_a_person_sees_her_month_in_each_community_and_nobody_elses(site: Site) -> None:
    await used(site, "lucia", NOW - timedelta(days=3), hours=2)
    await used(site, "kofi", NOW - timedelta(days=3), hours=7)
    async with site.signed_in("lucia", language="en") as lucia:
        nairobi, cordoba = (await lucia.see("use")).select("main section")
    tiles = [tile.get_text(strip=True) for tile in nairobi.select(".tiles dd")]
    assert tiles == ["2 h", "KES\xa0200.00"]
    assert [tile.get_text(strip=True) for tile in cordoba.select(".tiles dd")] == ["0 h"]


async def test_her_limits_are_there_with_what_is_left(site: Site) -> None:
    async with site.signed_in("kofi") as kofi:
        limits = (await kofi.see("use")).select_one(".limits")
    assert limits is not None
    assert "0 of 2 CPU" in limits.get_text(" ", strip=True)


async def test_the_page_speaks_the_language_she_signed_in_with(site: Site) -> None:
    async with site.signed_in("lucia", language="fr") as lucia:
        assert (await lucia.see("use")).html["lang"] == "es"
