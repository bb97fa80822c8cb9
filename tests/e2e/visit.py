"""Somebody with a browser, who looks at each page of ours with a critical eye."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from benchmarks.wire import Wire

START_MS = 60_000
_HEIGHT = "document.documentElement.scrollHeight"
#: More than nothing: a page one has to push sideways.
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Visitor:
    """One tab of one person; ``wire`` counts what it transfers."""

    url: str
    context: BrowserContext
    page: Page
    wire: Wire
    pictures: Path
    errors: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def open(self, path: str) -> int:
        """Go to an address; the HTTP status of the answer."""
        answer = await self.page.goto(self.url + path)
        assert answer
        return answer.status

    async def look(self, name: str, language: str) -> None:
        """Keep a picture, and hold the page to what every page of ours must be."""
        await self._picture(f"{name}-{language}.png")
        assert await self.page.locator("html").get_attribute("lang") == language, name
        assert await self.page.evaluate(_OVERFLOW) <= 0, f"{name} is wider than the window"
        assert await self.page.locator("h1").count() == 1, name
        assert await findings(self.page) == [], name

    async def _picture(self, name: str) -> None:
        """The whole page in a window as high as it is: what stays in view covers nothing."""
        window = self.page.viewport_size
        assert window
        height = max(window["height"], await self.page.evaluate(_HEIGHT))
        await self.page.set_viewport_size({"width": window["width"], "height": height})
        await self.page.screenshot(path=self.pictures / name)
        await self.page.set_viewport_size(window)

    async def sign_in(self, name: str) -> None:
        """Press the persona's button."""
        await self.page.locator(f"form:has(input[value={name}]) button").click()
        await self.page.wait_for_url(re.compile(r"/(hub/(spawn|home)|user/)"))

    async def wait_for_server(self, user: str) -> None:
        """Wait while the pending page looks after itself."""
        await self.page.wait_for_url(
            re.compile(f"/user/{user}/"), timeout=START_MS, wait_until="commit"
        )

    async def wait_until_running(self, user: str) -> None:
        """Go to the server, through the page that waits for it."""
        await self.open(f"/hub/spawn-pending/{user}")
        await self.wait_for_server(user)

    async def stop_from_home(self) -> None:
        await self.open("/hub/home")
        await self.page.locator("form[action*=stop] button").click()
        await expect(self.page.locator("a[href*='/spawn']").first).to_be_visible(timeout=START_MS)


async def findings(page: Page) -> list[str]:
    """What axe finds serious or critical: rule and element."""
    result: dict[str, Any] = (await Axe().run(page)).response
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in result["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@asynccontextmanager
async def visiting(
    browser: Browser, url: str, pictures: Path, **how: Any
) -> AsyncIterator[Visitor]:
    """A browser of one's own: cookies, cache, window, language."""
    context = await browser.new_context(**how)
    page = await context.new_page()
    visitor = Visitor(url, context, page, await Wire.of(page), pictures)
    page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    yield visitor
    await context.close()
