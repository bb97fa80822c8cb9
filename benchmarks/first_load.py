"""What it costs to have a usable notebook for the first time: each way in, in one run.

    python -m benchmarks.first_load
    python -m benchmarks.first_load --slow

Chromium with an empty cache opens a notebook on a server of its own, waits for its kernel and runs
a cell; bytes and requests are counted until the answer is there. ``--slow`` does it over a line of
50 kB/s with 400 ms there and back ("Slow 3G"), which takes a quarter of an hour. Exit status 1 when
the light way is over a fifth of stock JupyterLab's bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, Page

from benchmarks.hub import free_port
from benchmarks.wire import Wire, chromium

GOAL = 0.20
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
PATIENCE_MS = 600_000
GIVE_UP_S = 300
OURS = "catalyst_hub.light"
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "execution_count": None,
            "id": "a",
            "metadata": {},
            "outputs": [],
            "source": "6 * 7",
        }
    ],
    "metadata": {"kernelspec": {"display_name": "Python 3", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@dataclass(frozen=True)
class Way:
    """One way to a notebook: what the server has, where it opens, what is on the page."""

    name: str
    extensions: Sequence[str]
    start: str
    idle: str = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
    cell: str = ".jp-CodeCell .cm-content"
    answer: str = ".jp-OutputArea-output pre"


CLASSIC = (".kernel_idle_icon", ".CodeMirror", ".output_text pre")
WAYS = (
    Way("JupyterLab, stock", ["jupyterlab"], "/lab/tree/first.ipynb"),
    Way("Notebook 7, stock", ["notebook"], "/notebooks/first.ipynb"),
    Way("nbclassic, stock", ["nbclassic"], "/nbclassic/notebooks/first.ipynb", *CLASSIC),
    Way("JupyterLab, ours", ["jupyterlab", OURS], "/lab/tree/first.ipynb"),
    Way("Notebook 7, ours", ["notebook", OURS], "/notebooks/first.ipynb"),
    Way("light, ours", ["nbclassic", OURS], "/catalyst-hub/light", *CLASSIC),
)


@dataclass(frozen=True)
class Load:
    """What one load has cost."""

    bytes: int
    requests: int
    seconds: float


@asynccontextmanager
async def serving(way: Way, folder: Path) -> AsyncIterator[str]:
    """A server of its own, with what the way needs and nothing of ours besides; its address."""
    (folder / "first.ipynb").write_text(json.dumps(NOTEBOOK))
    # What is installed beside it brings settings that switch itself on.
    extensions = {"catalyst_hub.singleuser": False, OURS: False}
    extensions |= dict.fromkeys(way.extensions, True)
    config = folder / "config.json"
    config.write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0",
        f"--config={config}", "--allow-root", "--no-browser", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}",
        env=os.environ | {"HOME": str(folder), "JUPYTER_CONFIG_DIR": str(folder / "none")},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await until_up(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def until_up(address: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(120):
        while True:
            try:
                await (await session.get(address)).read()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
            else:
                return


async def load(browser: Browser, way: Way, url: str, *, is_slow: bool) -> Load:
    """Until a cell has its answer."""
    context = await browser.new_context()
    page = await context.new_page()
    wire = await Wire.of(page)
    if is_slow:
        await wire.session.send("Network.emulateNetworkConditions", SLOW)
    began = time.monotonic()
    await run_a_cell(page, way, url)
    seconds = time.monotonic() - began
    await context.close()
    return Load(wire.total, len(wire.weights), seconds)


async def run_a_cell(page: Page, way: Way, url: str) -> None:
    await page.goto(url + way.start, wait_until="commit", timeout=PATIENCE_MS)
    if "notebook" not in way.start and "lab/tree" not in way.start:
        await page.click("a[href$='first.ipynb']", timeout=PATIENCE_MS, no_wait_after=True)
    await page.wait_for_selector(way.idle, state="attached", timeout=PATIENCE_MS)
    answer = page.locator(way.answer).first
    while not await answer.is_visible():
        # What still comes in can take the focus away from the cell.
        await page.locator(way.cell).first.click(timeout=PATIENCE_MS)
        await page.keyboard.press("Control+Enter")
        await page.wait_for_timeout(500)


async def measured(browser: Browser, way: Way, *, is_slow: bool) -> Load | None:
    """None: it never came."""
    with tempfile.TemporaryDirectory() as name:
        async with serving(way, Path(name)) as url:
            try:
                async with asyncio.timeout(GIVE_UP_S):
                    return await load(browser, way, url, is_slow=is_slow)
            except TimeoutError:
                return None


async def seconds_on_a_slow_line(browser: Browser, way: Way) -> str:
    """Scripts that take longer than two minutes are given up by their own loader: some ways never
    come to an end."""
    slow = await measured(browser, way, is_slow=True)
    if slow is None:
        return f"  nothing within {GIVE_UP_S} s on a slow line"
    return f" {slow.seconds:>6.1f} s on a slow line"


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--slow", action="store_true", help="over an emulated slow line, too")
    parser.add_argument("--only", default="", help="ways whose name has this in it")
    options = parser.parse_args()
    loads: dict[str, Load] = {}
    async with chromium() as browser:
        for way in (way for way in WAYS if options.only in way.name):
            one = await measured(browser, way, is_slow=False)
            if one is None:
                sys.exit(f"{way.name}: nothing within {GIVE_UP_S} s")
            loads[way.name] = one
            line = f"{way.name:18} {one.bytes:>10,} bytes {one.requests:>4} requests"
            if options.slow:
                line += await seconds_on_a_slow_line(browser, way)
            print(line, flush=True)
    if options.only:
        return 0
    ratio = loads["light, ours"].bytes / loads["JupyterLab, stock"].bytes
    print(f"The light way takes {ratio:.1%} of stock JupyterLab's bytes; goal: {GOAL:.0%}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
