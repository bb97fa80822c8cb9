"""What a page costs on the wire, as Chromium counts it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, headless, without anything it would fetch for itself."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


@dataclass
class Wire:
    """Everything one tab asks for, with the bytes that came over the wire for it.

    Headers and compressed bodies count; what the cache answers is free.
    """

    urls: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)
    session: Any = None

    @classmethod
    async def of(cls, page: Page) -> Wire:
        """Count from now on what this tab transfers."""
        wire = cls(session=await page.context.new_cdp_session(page))
        wire.session.on("Network.requestWillBeSent", wire._asked)
        wire.session.on("Network.loadingFinished", wire._finished)
        await wire.session.send("Network.enable")
        return wire

    def _asked(self, event: dict[str, Any]) -> None:
        request = event["requestId"]
        if "redirectResponse" in event:
            weight = int(event["redirectResponse"].get("encodedDataLength", 0))
            self.weights[f"{request} {len(self.weights)}"] = weight
        self.urls[f"{request} {event['request']['url']}"] = event["request"]["url"]
        self.types[request] = event.get("type", "")

    def _finished(self, event: dict[str, Any]) -> None:
        self.weights[event["requestId"]] = int(event["encodedDataLength"])

    @property
    def total(self) -> int:
        """Bytes transferred so far."""
        return sum(self.weights.values())

    @property
    def hosts(self) -> set[str]:
        """Hosts (with port) that were asked for anything."""
        addresses = map(urlsplit, self.urls.values())
        return {address.netloc for address in addresses if address.scheme in ("http", "https")}

    @property
    def fonts(self) -> list[str]:
        """Requests for web fonts."""
        return [request for request, kind in self.types.items() if kind == "Font"]


async def weight_of(context: BrowserContext, url: str, quiet_s: float = 0.5) -> Wire:
    """Open ``url`` in a new tab with an empty cache, until nothing has come for ``quiet_s``."""
    page = await context.new_page()
    wire = await Wire.of(page)
    await wire.session.send("Network.clearBrowserCache")
    await page.goto(url, wait_until="load")
    before = -1
    while wire.total != before:
        before = wire.total
        await asyncio.sleep(quiet_s)
    await page.close()
    return wire
