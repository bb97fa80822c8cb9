"""JupyterLab in a browser: a page that is open is not somebody who uses it."""

from __future__ import annotations

import json
import time

import pytest
from playwright.async_api import Request, expect

from benchmarks.wire import chromium
from tests.singleuser.conftest import FULL_HOME, QUIET_S, StartServer

_NOTEBOOK = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python"}},
             "nbformat": 4, "nbformat_minor": 5}  # fmt: skip


@pytest.mark.browser
async def test_an_untouched_page_is_open_and_idle_until_somebody_uses_it(
    start_server: StartServer,
):
    server = await start_server(
        "lab", "jupyterlab", CATALYST_HOME_FULL="1", CATALYST_COMMUNITY="nairobi"
    )
    (server.folder / "a.ipynb").write_text(json.dumps(_NOTEBOOK))
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
