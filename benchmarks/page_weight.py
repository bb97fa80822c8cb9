"""Bytes transferred for each page a learner meets: ours beside the stock hub's, in one run.

    python -m benchmarks.page_weight

Chromium with an empty cache for each page. Our picker shows a community's whole catalogue and what
is left, the stock one a form with one list. Exit status 1 when a page of ours is over its budget.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Browser, Page

from benchmarks.hub import ROOT, running
from benchmarks.wire import chromium, weight_of

COMMUNITIES = ROOT / "share" / "catalyst_hub" / "demo" / "communities.yaml"
BUDGET = 30_000


async def sign_in_stock(page: Page) -> None:
    """The dummy authenticator's form."""
    await page.fill("input[name=username]", "kofi")
    await page.fill("input[name=password]", "bench")
    await page.click("form [type=submit]")


async def sign_in_ours(page: Page) -> None:
    """A persona's button."""
    await page.click("form:has(input[value=kofi]) button")


SIGN_IN = {"bare": sign_in_stock, "catalyst": sign_in_ours}


async def weights(browser: Browser, config: str, url: str) -> AsyncIterator[tuple[str, int]]:
    """Page by page in the order a learner meets them: name, bytes."""
    context = await browser.new_context()
    yield "sign-in", (await weight_of(context, f"{url}/hub/login")).total
    page = await context.new_page()
    await page.goto(f"{url}/hub/login?next=%2Fhub%2Fspawn")
    await SIGN_IN[config](page)
    await page.wait_for_url("**/hub/spawn")
    yield "picker", (await weight_of(context, f"{url}/hub/spawn")).total
    yield "home", (await weight_of(context, f"{url}/hub/home")).total
    await page.click("form[action*=spawn] [type=submit], form[action*=spawn] button")
    await page.wait_for_url(re.compile("/spawn-pending/"), wait_until="commit")
    yield "pending", (await weight_of(context, f"{url}/hub/spawn-pending/kofi")).total
    await context.close()


async def measured(config: str, folder: Path) -> dict[str, int]:
    """Every page of one hub."""
    folder.mkdir()
    environment = {"BENCH_COMMUNITIES": str(COMMUNITIES), "BENCH_START_S": "60"}
    with running(config, folder, **environment) as hub:
        async with chromium() as browser:
            return {name: bytes_ async for name, bytes_ in weights(browser, config, hub.url)}


async def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        stock = await measured("bare", Path(name, "stock"))
        ours = await measured("catalyst", Path(name, "ours"))
    for page, weight in ours.items():
        ratio = stock[page] / weight
        print(f"{page:8} stock {stock[page]:>9,}  ours {weight:>7,}  {ratio:>6.1f} times lighter")
    return int(any(weight > BUDGET for weight in ours.values()))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
