"""The whole way of three personas, as they go it."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.e2e.visit import Visitor
from tests.support.demo import Demo
from tests.support.plain_client import PlainClient

pytestmark = pytest.mark.browser

KERNEL_MS = 60_000


async def test_lucia_works_in_one_of_her_two_communities_from_her_phone(phone: Visitor) -> None:
    page = phone.page
    await phone.open("/")
    await phone.look("1-sign-in", "es")
    await phone.sign_in("lucia")
    for community in ("Bioinformática de la Pampa", "Vigías del Volcán"):
        await expect(page.get_by_role("heading", name=community)).to_be_visible()
    await phone.look("2-picker", "es")
    await page.locator("input[value='pampa-bio/python/small']").check()
    await page.locator("input[value=notebook]").check()
    await page.locator("form[action*=spawn] button").click()
    await page.wait_for_url(re.compile("/spawn-pending/"))
    await phone.look("3-pending", "es")
    await phone.wait_for_server("lucia")
    await expect(page.locator("body")).to_contain_text("Files", timeout=KERNEL_MS)
    await page.screenshot(path=phone.pictures / "4-notebook.png")
    await phone.open("/hub/home")
    await phone.look("5-home-running", "es")
    assert await phone.open("/services/catalyst/") == 200
    await phone.look("6-my-use", "es")
    await phone.stop_from_home()
    await phone.look("7-home-stopped", "es")
    await phone.open("/user/lucia/tree")
    await phone.look("8-not-running", "es")
    await phone.open("/hub/spawn")
    assert await page.locator("input[value='pampa-bio/python/small']").is_checked()
    assert await page.locator("input[value=notebook]").is_checked()


async def test_lucia_is_told_why_the_whole_node_is_put_aside(phone: Visitor) -> None:
    page = phone.page
    await phone.open("/hub/login")
    await phone.sign_in("lucia")
    await phone.open("/hub/spawn")
    volcano = page.locator("section[aria-labelledby=community-volcan-watch]")
    await expect(volcano.locator(".note")).to_contain_text("presupuesto")
    assert await volcano.locator("input[value$='/node']").count() == 0
    assert await volcano.locator("input[value$='/small']").count() > 0
    await phone.look("9-put-aside", "es")


async def test_amina_sees_and_stops_kofi_s_server_in_english_and_french(
    demo: Demo, desktop: Visitor
) -> None:
    page = desktop.page
    async with PlainClient(demo.url) as kofi:
        await kofi.sign_in("kofi")
        await kofi.start()
        await desktop.open("/")
        await desktop.look("1-sign-in", "en")
        await desktop.sign_in("amina")
        await desktop.look("2-picker", "en")
        assert await desktop.open("/services/catalyst/") == 200
        await desktop.look("3-community", "en")
        await expect(page.get_by_role("row", name=re.compile("Kofi Mensah"))).to_be_visible()
        await page.get_by_role("link", name="Français").click()
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await desktop.look("3-community", "fr")
        row = page.get_by_role("row", name=re.compile("Kofi Mensah"))
        await row.locator("a[href$=stop]").click()
        await desktop.look("4-stop", "fr")
        await page.locator("main form button").click()
        await page.wait_for_url(re.compile("/communities/savanna-genomics([?]|$)"))
        await desktop.look("5-stopped", "fr")
        await kofi.wait_until_stopped()
        await desktop.open("/services/catalyst/")
        await expect(page.get_by_role("row", name=re.compile("Kofi Mensah"))).to_have_count(0)
    await page.locator("a[href*=costs]").first.click()
    await desktop.look("6-costs", "fr")


async def test_amina_runs_python_in_jupyterlab(desktop: Visitor) -> None:
    page = desktop.page
    await desktop.open("/")
    await desktop.sign_in("amina")
    await desktop.open("/hub/spawn?community=savanna-genomics&profile=python&interface=lab")
    await page.locator("form[action*=spawn] button").click()
    await desktop.wait_for_server("amina")
    card = page.locator(".jp-LauncherCard[data-category=Notebook]").first
    await card.click(timeout=KERNEL_MS)
    # JupyterLab lays the notebook out anew when its kernel is there, and forgets what was typed.
    await expect(page.get_by_text("| Idle")).to_be_visible(timeout=KERNEL_MS)
    cell = page.locator(".jp-Notebook .cm-content").first
    await cell.click(timeout=KERNEL_MS)
    await page.keyboard.type("print(6 * 7)")
    await expect(cell).to_have_text("print(6 * 7)")
    await page.keyboard.press("Shift+Enter")
    output = page.locator(".jp-OutputArea-output").first
    await expect(output).to_have_text("42\n", timeout=KERNEL_MS)
    await page.screenshot(path=desktop.pictures / "7-jupyterlab.png")
    await desktop.stop_from_home()


async def test_bo_is_told_whom_to_ask(desktop: Visitor) -> None:
    page = desktop.page
    await desktop.open("/")
    await desktop.sign_in("bo")
    await desktop.look("8-outsider-picker", "en")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("any community")
    await expect(alert).to_contain_text("root@demo.example")
    assert await desktop.open("/services/catalyst/") == 404
    await desktop.look("9-outsider-404", "en")
    assert await desktop.open("/services/catalyst/communities/savanna-genomics") == 404


async def test_signing_out_and_a_wrong_address_are_pages_of_ours(desktop: Visitor) -> None:
    await desktop.open("/")
    await desktop.sign_in("joao")
    assert await desktop.open("/hub/no-such-page") == 404
    await desktop.look("10-no-such-page", "pt")
    await desktop.open("/hub/logout")
    await desktop.look("11-signed-out", "en")
