"""A first notebook over a thin line: few bytes, and everything one needs of it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.visit import Visitor
from tests.support.demo import Demo

pytestmark = pytest.mark.browser

#: A fifth of what stock JupyterLab takes: benchmarks/first_load.py measures both.
LIGHT_BYTES = 1_086_000


async def test_lucia_writes_runs_and_saves_a_notebook_over_a_thin_line(
    demo: Demo, phone: Visitor
) -> None:
    page = phone.page
    await phone.open("/hub/login")
    await phone.sign_in("lucia")
    await phone.open("/hub/spawn?community=pampa-bio&interface=light")
    await page.locator("form[action*=spawn] button").click()
    await phone.wait_for_server("lucia")
    await page.wait_for_url(re.compile("/user/lucia/catalyst-hub/light"))
    await expect(page.get_by_role("heading", name="Tus cuadernos")).to_be_visible()
    before = phone.wire.total
    await page.locator("form button[name=kernel]").first.click()
    await expect(page.locator(".kernel_idle_icon")).to_be_attached(timeout=30_000)
    await page.locator(".CodeMirror").first.click()
    await page.keyboard.type("print(6 * 7)")
    await page.keyboard.press("Shift+Enter")
    await expect(page.locator(".output_stdout")).to_have_text(re.compile("42"), timeout=30_000)
    await page.keyboard.press("Control+s")
    await expect(page.locator(".autosave_status")).not_to_contain_text("unsaved", timeout=10_000)
    assert 0 < phone.wire.total - before <= LIGHT_BYTES
    assert phone.wire.hosts == {demo.url.removeprefix("http://")}
    saved = demo.folder / "homes" / "lucia" / "Untitled.ipynb"
    assert "6 * 7" in saved.read_text()
    await phone.stop_from_home()
    await phone.open("/hub/spawn")
    await expect(page.locator("input[name=interface]:checked")).to_have_value("light")
