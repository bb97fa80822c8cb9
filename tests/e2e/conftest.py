from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from benchmarks.wire import chromium
from tests.e2e.visit import Visitor, visiting
from tests.support.demo import Demo, running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One hub for all journeys."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def screenshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures are kept: never inside the repository."""
    given = os.environ.get("CATALYST_SCREENSHOTS")
    folder = Path(given) if given else tmp_path_factory.mktemp("screenshots")
    for window in ("phone", "desktop"):
        (folder / window).mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def phone(browser: Browser, demo: Demo, screenshots: Path) -> AsyncIterator[Visitor]:
    """A telephone that says it speaks Spanish."""
    async with visiting(
        browser,
        demo.url,
        screenshots / "phone",
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        locale="es-AR",
    ) as visitor:
        yield visitor


@pytest.fixture
async def desktop(browser: Browser, demo: Demo, screenshots: Path) -> AsyncIterator[Visitor]:
    """A desktop that says it speaks English."""
    async with visiting(
        browser,
        demo.url,
        screenshots / "desktop",
        viewport={"width": 1280, "height": 900},
        locale="en-US",
    ) as visitor:
        yield visitor
