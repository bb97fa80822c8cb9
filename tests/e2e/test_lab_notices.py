"""Whoever works in JupyterLab, or in something lighter, hears there that the server will stop."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Locator, Page, expect

from tests.e2e.visit import START_MS, Visitor
from tests.support.demo import Demo
from tests.support.plain_client import PlainClient

pytestmark = pytest.mark.browser

_PEOPLE = "/services/catalyst/communities/savanna-genomics/people"
_INTERFACES = {"lab": "lab", "notebook": "tree", "folder": "catalyst-hub/light"}
#: JupyterLab asks once a minute, and its server the Hub every half a minute.
_NEWS_MS = 120_000
#: A tab that somebody comes back to looks again by itself; this one looks again at once.
_COME_BACK = """
setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 2000)
"""


def notice(page: Page) -> Locator:
    return page.get_by_text("This server will be stopped at").first


async def see_notice(desktop: Visitor, page: Page, interface: str) -> None:
    await expect(notice(page)).to_be_visible(timeout=_NEWS_MS)
    await page.screenshot(path=desktop.pictures / f"lab-notice-{interface}.png")


async def told_everywhere(desktop: Visitor) -> list[Page]:
    """A tab of each interface, all of which show the notice, and then a light notebook, too."""
    tabs = []
    for interface, address in _INTERFACES.items():
        page = await desktop.context.new_page()
        await page.goto(f"{desktop.url}/user/kofi/{address}")
        await see_notice(desktop, page, interface)
        tabs.append(page)
    notebook = await desktop.context.new_page()
    await notebook.goto(tabs[-1].url)
    await notebook.locator("form button[name=kernel]").first.click()
    await expect(notebook.locator(".kernel_idle_icon")).to_be_attached(timeout=30_000)
    await see_notice(desktop, notebook, "light")
    return [*tabs, notebook]


async def test_kofi_is_told_in_jupyter_and_is_told_no_more_when_he_may_stay(
    demo: Demo, desktop: Visitor
) -> None:
    await desktop.open("/hub/login")
    await desktop.sign_in("kofi")
    await desktop.open("/hub/spawn?community=savanna-genomics")
    await desktop.page.locator("form[action*=spawn] button").click()
    await desktop.page.wait_for_url(re.compile("/spawn-pending/|/user/"), wait_until="commit")
    # What his server has heard holds for half a minute: it asks first when there is news.
    await desktop.open("/hub/home")
    stop = desktop.page.locator("form[action*=stop] button")
    await expect(stop).to_be_visible(timeout=START_MS)
    async with PlainClient(demo.url) as amina:
        await amina.sign_in("amina")
        removing = await amina.get(f"{_PEOPLE}/kofi/remove")
        await amina.post(next(form for form in removing.forms if form.method == "post"))
        try:
            tabs = await told_everywhere(desktop)
        finally:
            people = await amina.get(_PEOPLE)
            await amina.post(people.form("people"), name="kofi")
    for page in tabs:
        await page.evaluate(_COME_BACK)
    for page in tabs:
        await expect(notice(page)).to_be_hidden(timeout=_NEWS_MS)
    await desktop.stop_from_home()
