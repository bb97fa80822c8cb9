"""JupyterLab in a browser: a page that is open is not somebody who uses it."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import pytest
from playwright.async_api import Page, Request, expect

from benchmarks.wire import chromium
from tests.singleuser.conftest import FULL_HOME, QUIET_S, Server, StartServer

_PRINTS = "import time\nfor second in range(600):\n    print(second)\n    time.sleep(.5)"
_CELL = {"cell_type": "code", "source": _PRINTS, "id": "a", "metadata": {}, "outputs": [],
         "execution_count": None}  # fmt: skip
_NOTEBOOK = {"cells": [_CELL], "nbformat": 4, "nbformat_minor": 5,
             "metadata": {"kernelspec": {"name": "python3", "display_name": "Python"}}}  # fmt: skip
#: Seconds after which JupyterLab saves what has changed; 120 as it comes.
_SAVES_S = 2


def _save_often(folder: Path) -> None:
    settings = folder / "lab" / "user-settings" / "@jupyterlab" / "docmanager-extension"
    settings.mkdir(parents=True)
    said = json.dumps({"autosaveInterval": _SAVES_S})
    (settings / "plugin.jupyterlab-settings").write_text(said)


@pytest.mark.browser
async def test_an_untouched_page_is_open_and_idle_until_somebody_uses_it(
    start_server: StartServer,
):
    server = await start_server(
        "lab", "jupyterlab", CATALYST_HOME_FULL="1", CATALYST_COMMUNITY="nairobi"
    )
    (server.folder / "a.ipynb").write_text(json.dumps(_NOTEBOOK))
    _save_often(server.folder)
    touches: list[Request] = []
    async with chromium() as browser:
        page = await browser.new_page()
        page.on("request", lambda asked: asked.url.endswith("/touch") and touches.append(asked))
        await page.goto(server.url + "lab/tree/a.ipynb")
        await expect(page.get_by_text(FULL_HOME).first).to_be_visible(timeout=90_000)
        left_alone = await server.said(
            lambda report: min(report.age("worked"), report.age("touched")) >= QUIET_S
        )
        assert left_alone.age("open") <= 2
        assert not touches
        moment = time.monotonic()
        for _ in range(3):
            await page.keyboard.press("Shift")
            await page.mouse.wheel(0, 10)
        await server.said(lambda report: report.is_since("touched", moment))
        assert len(touches) == 1
        await _is_work_and_no_touch_when_it_saves_what_a_kernel_prints(server, page)


async def _is_work_and_no_touch_when_it_saves_what_a_kernel_prints(
    server: Server, page: Page
) -> None:
    await page.locator(".jp-Notebook .cm-content").first.click()
    await page.keyboard.press("Shift+Enter")
    await expect(page.locator(".jp-OutputArea-output").first).to_be_visible(timeout=90_000)
    # Ages are whole seconds: what was done by hand is to be past before it saves.
    await asyncio.sleep(_SAVES_S)
    async with page.expect_response(
        lambda answer: answer.request.method == "PUT" and ".ipynb" in answer.url, timeout=90_000
    ):
        moment = time.monotonic()
    saved = await server.said(lambda report: report.is_since("worked", moment), after_s=1)
    assert not saved.is_since("touched", moment)
