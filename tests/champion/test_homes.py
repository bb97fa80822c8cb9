"""How full people's homes are, as their champions see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.storage import HomeSize
from catalyst_hub.usecases.record_storage import record_storage
from tests.champion.site import COMMUNITIES as USUAL
from tests.champion.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMUNITIES = USUAL.replace(
    "    title: Nairobi\n", "    title: Nairobi\n    storage: {limit: 10G}\n"
)
GIB = 1024**3


async def test_champions_see_whose_home_is_filling_up(site: Site) -> None:
    async with site.signed_in("kofi"), site.signed_in("lucia"), site.signed_in("amina") as amina:
        runtime = site.runtime
        sizes = {"kofi": HomeSize(9 * GIB), "lucia": HomeSize(GIB)}
        await runtime.write(lambda uow: record_storage(uow, runtime.policy, sizes, runtime.now()))
        page = await amina.see("communities/nairobi/people")
        assert "Files:" not in page.text, "nobody measures on this hub"
        service = site.service.settings["catalyst"]
        service.settings = replace(service.settings, storage_source="local")
        rows = (await amina.see("communities/nairobi/people")).select("tbody tr")
        told = {
            row.select_one("th small").text: row.select_one("small:-soup-contains('Files')")
            for row in rows
        }
        assert told["kofi"].text == "Files: 9 GB of 10 GB (90%)"
        assert told["kofi"].strong is not None
        assert told["lucia"].text == "Files: 1 GB of 10 GB (10%)"
        assert told["lucia"].strong is None
        assert told["amina"] is None
