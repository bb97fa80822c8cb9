"""The light notebook in a browser: its owner hears of a stop there, and does something about it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.async_api import expect

from benchmarks.wire import chromium
from tests.singleuser.conftest import StartServer

_NOTEBOOK = {"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [],
             "execution_count": None}], "metadata": {"kernelspec": {"name": "python3",
             "display_name": "Python"}}, "nbformat": 4, "nbformat_minor": 4}  # fmt: skip
_STOP = "Este servidor se detendrá a las 14:05 <b>(hora de Nairobi)</b>."
_KEEP = {"label": "Conservarlo 30 minutos más", "id": "abc/idle", "url": "/hub/not-for-pages"}
_ASK = {"label": "Preguntar a mi coordinador", "url": "/hub/ask-champion/nairobi?limit=a.b.c"}
_NOTICE: dict[str, Any] = {"id": "abc/idle", "sentence": _STOP, "keep": _KEEP, "ask": _ASK}
#: A tab that somebody comes back to looks again.
_COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"
#: Its server asks the Hub every half a minute.
_NEWS_MS = 45_000


@pytest.mark.browser
async def test_whoever_looks_at_a_folder_is_told_and_keeps_the_server(start_server: StartServer):
    server = await start_server("light")
    server.language, server.notices = "es", [_NOTICE]
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(server.url + "catalyst-hub/light")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text(_STOP)
        await expect(alert).to_have_attribute("lang", "es")
        ask = alert.get_by_role("link", name=_ASK["label"])
        await expect(ask).to_have_attribute("href", _ASK["url"])
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        await alert.get_by_role("button", name=_KEEP["label"]).click()
        await expect(alert.get_by_role("button")).to_be_hidden()
        assert server.kept == ["/hub/api/catalyst/notices/abc/idle/keep"]
        await expect(alert).to_contain_text(_STOP)


@pytest.mark.browser
async def test_whoever_works_in_it_is_told_keeps_the_server_and_asks_by_keyboard(
    start_server: StartServer,
):
    server = await start_server("light")
    server.language, server.notices = "es", [_NOTICE]
    (server.folder / "a.ipynb").write_text(json.dumps(_NOTEBOOK))
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 844})
        await page.goto(server.url + "nbclassic/notebooks/a.ipynb")
        alert = page.get_by_role("alert")
        await expect(alert).to_contain_text(_STOP, timeout=60_000)
        await expect(alert).to_have_attribute("lang", "es")
        ask = alert.get_by_role("link", name=_ASK["label"])
        await expect(ask).to_have_attribute("href", _ASK["url"])
        await expect(ask).to_have_attribute("rel", "noopener")
        keep = alert.get_by_role("button", name=_KEEP["label"])
        await keep.focus()
        # In the notebook Enter opens the cell for writing, and x cuts it.
        await page.keyboard.press("x")
        await page.keyboard.press("Enter")
        await expect(keep).to_be_hidden()
        assert server.kept == ["/hub/api/catalyst/notices/abc/idle/keep"]
        await expect(alert).to_be_focused()
        await expect(alert).to_contain_text(_STOP)
        await expect(page.locator(".cell")).to_have_count(1)
        await expect(page.locator(".edit_mode")).to_have_count(0)
        server.notices = []
        await page.evaluate(f"setInterval(() => {_COME_BACK}, 2000)")
        await expect(alert).to_be_hidden(timeout=_NEWS_MS)
