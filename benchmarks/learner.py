"""A person with a plain HTTP client: follows redirects, posts the forms' own fields."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import aiohttp


@dataclass
class Form:
    """An HTML form with the values a browser would send if nothing were changed."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    types: set[str] = field(default_factory=set)


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.forms.append(Form(a.get("action", ""), a.get("method", "get").lower()))
        elif self.forms and tag == "input" and "name" in a:
            self._input(self.forms[-1], a)
        elif tag == "select":
            self._select = a.get("name")
        elif self.forms and tag == "option" and self._select:
            fields = self.forms[-1].fields
            if self._select not in fields or "selected" in a:
                fields[self._select] = a.get("value", "")

    def _input(self, form: Form, a: dict[str, str]) -> None:
        kind = a.get("type", "text").lower()
        form.types.add(kind)
        is_choice = kind in ("radio", "checkbox")
        if kind in ("submit", "button") or (is_choice and "checked" not in a):
            return
        form.fields[a["name"]] = a.get("value", "")


def forms_of(html: str) -> list[Form]:
    """The forms of a page."""
    reader = _FormReader()
    reader.feed(html)
    return reader.forms


class RefusedError(Exception):
    """The hub said no; the message is its answer's status and path."""


@dataclass
class Learner:
    """Signs in as ``name`` and starts a server."""

    url: str
    name: str
    refused: str = ""

    async def run(self) -> bool:
        """True when the server is there; False when the hub refused, with ``refused`` set."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as self.session:
            try:
                await self._sign_in_and_start()
            except RefusedError as error:
                self.refused = str(error)
            return not self.refused

    async def _get(self, url: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        """Follow redirects up to a page or the person's own server; (address, page)."""
        for _ in range(12):
            method = "GET" if data is None else "POST"
            async with self.session.request(
                method, url, data=data, allow_redirects=False
            ) as answer:
                page = await answer.text()
                if answer.status >= 400:
                    raise RefusedError(f"{answer.status} {answer.reason}")
                if answer.status < 300:
                    return url, page
                url, data = urljoin(url, answer.headers["Location"]), None
            if urlsplit(url).path.startswith(f"/user/{self.name}"):
                return url, ""
        raise RefusedError("too many redirects")

    async def _sign_in_and_start(self) -> None:
        url, page = await self._get(f"{self.url}/hub/login?next=%2Fhub%2Fspawn")
        form = next(f for f in forms_of(page) if "password" in f.types)
        data = form.fields | {"username": self.name, "password": "bench"}
        url, page = await self._get(urljoin(url, form.action), data)
        while page:
            url, page = await self._next(url, page)

    async def _next(self, url: str, page: str) -> tuple[str, str]:
        if "/spawn-pending/" in url:
            await self._until_ready(url, page)
            return await self._get(url)
        form = next(f for f in forms_of(page) if f.method == "post" and "/spawn" in f.action)
        return await self._get(urljoin(url, form.action), form.fields)

    async def _until_ready(self, url: str, page: str) -> None:
        """Wait as the page asks a browser to: its progress stream, or its refresh."""
        refresh = re.search(r'http-equiv="refresh" content="(\d+)', page, re.IGNORECASE)
        if refresh:
            await asyncio.sleep(int(refresh[1]))
            return
        progress = urljoin(url, f"/hub/api/users/{self.name}/server/progress")
        async with self.session.get(progress) as stream:
            async for line in stream.content:
                if line.startswith(b"data:") and (b'"ready": true' in line or b'"failed"' in line):
                    return
