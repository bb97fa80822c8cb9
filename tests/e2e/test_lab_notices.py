"""Whoever works in JupyterLab, or in something lighter, hears there that the server will stop."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.e2e.visit import Visitor
from tests.support.demo import Demo
from tests.support.plain_client import PlainClient

pytestmark = pytest.mark.browser

_PEOPLE = "/services/catalyst/communities/savanna-genomics/people"
#: JupyterLab asks once a minute, and its server the Hub every half a minute.
_NEWS_MS = 120_000
#: A tab that somebody comes back to looks again by itself; this one looks again at once.
_COME_BACK = """
setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 2000)
"""


@pytest.mark.parametrize("interface", ["lab", "notebook", "light"])
async def test_kofi_is_told_in_jupyter_and_is_told_no_more_when_he_may_stay(
    demo: Demo, desktop: Visitor, interface: str
) -> None:
    page = desktop.page
    await desktop.open("/hub/login")
    await desktop.sign_in("kofi")
    await desktop.open(f"/hub/spawn?community=savanna-genomics&interface={interface}")
    await page.locator("form[action*=spawn] button").click()
    await desktop.wait_for_server("kofi")
    if interface == "light":
        await page.locator("form button[name=kernel]").first.click()
        await expect(page.locator(".kernel_idle_icon")).to_be_attached(timeout=30_000)
    notice = page.get_by_text("This server will be stopped at").first
    async with PlainClient(demo.url) as amina:
        await amina.sign_in("amina")
        removing = await amina.get(f"{_PEOPLE}/kofi/remove")
        await amina.post(next(form for form in removing.forms if form.method == "post"))
        try:
            await page.reload()
            await expect(notice).to_be_visible(timeout=_NEWS_MS)
            await page.screenshot(path=desktop.pictures / f"lab-notice-{interface}.png")
        finally:
            people = await amina.get(_PEOPLE)
            await amina.post(people.form("people"), name="kofi")
    await page.evaluate(_COME_BACK)
    await expect(notice).to_be_hidden(timeout=_NEWS_MS)
    await desktop.stop_from_home()
