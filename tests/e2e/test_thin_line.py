"""Pages for a thin line: few bytes, nothing from elsewhere, no JavaScript needed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from benchmarks.wire import weight_of
from tests.e2e.visit import Visitor, visiting
from tests.support.demo import Demo

pytestmark = pytest.mark.browser

PAGE_BYTES = 30_000
WHOLE_WAY_BYTES = 60_000


def assert_nothing_foreign(visitor_url: str, hosts: set[str], fonts: list[str]) -> None:
    assert hosts == {visitor_url.removeprefix("http://")}
    assert fonts == []


async def test_each_page_is_light_with_an_empty_cache(demo: Demo, phone: Visitor) -> None:
    page = phone.page
    sign_in = await weight_of(phone.context, demo.url + "/hub/login")
    await phone.open("/hub/login")
    await phone.sign_in("lucia")
    picker = await weight_of(phone.context, demo.url + "/hub/spawn")
    await phone.open("/hub/spawn")
    await page.locator("input[value='pampa-bio/python/small']").check()
    await page.locator("form[action*=spawn] button").click()
    await page.wait_for_url("**/spawn-pending/**", wait_until="commit")
    pending = await weight_of(phone.context, page.url)
    await phone.wait_for_server("lucia")
    home = await weight_of(phone.context, demo.url + "/hub/home")
    weights = {"sign-in": sign_in, "picker": picker, "pending": pending, "home": home}
    assert {name: w.total for name, w in weights.items() if not 0 < w.total <= PAGE_BYTES} == {}
    for weight in weights.values():
        assert_nothing_foreign(demo.url, weight.hosts, weight.fonts)
    await phone.stop_from_home()


async def test_the_whole_way_is_light(demo: Demo, phone: Visitor) -> None:
    page = phone.page
    await phone.open("/")
    await phone.sign_in("lucia")
    await page.locator("input[value='pampa-bio/python/small']").check()
    await page.locator("form[action*=spawn] button").click()
    await page.wait_for_url("**/spawn-pending/**")
    await phone.open("/hub/home")
    assert 0 < phone.wire.total <= WHOLE_WAY_BYTES
    assert_nothing_foreign(demo.url, phone.wire.hosts, phone.wire.fonts)
    assert phone.errors == []
    await phone.wait_until_running("lucia")
    await phone.stop_from_home()


@pytest.fixture
async def without_script(
    browser: Browser, demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Visitor]:
    pictures = tmp_path_factory.mktemp("no-script")
    async with visiting(browser, demo.url, pictures, java_script_enabled=False) as visitor:
        yield visitor


async def test_the_whole_way_works_without_javascript(without_script: Visitor) -> None:
    page = without_script.page
    await without_script.open("/")
    await without_script.sign_in("kofi")
    await without_script.open("/hub/spawn")
    await page.locator("form[action*=spawn] button").click()
    await page.wait_for_url("**/spawn-pending/**")
    await expect(page.get_by_role("status")).to_be_visible()
    await without_script.wait_for_server("kofi")
    await without_script.stop_from_home()
