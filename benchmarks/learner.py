"""A person with a plain HTTP client: follows redirects, posts the forms' own fields."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

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


def _said(page: str) -> str:
    """The first sentence of a page's alert, or its title."""
    alert = re.search(r'role="alert"[^>]*>(.*?)</', page, re.DOTALL)
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    found = alert or title
    text = re.sub(r"<[^>]*>", " ", found[1]) if found else page[:80]
    return " ".join(unescape(text).split())


class RefusedError(Exception):
    """The hub said no; the message is its answer's status and first sentence. ``retry_after``:
    seconds after which it wants to be asked again, if it says so."""

    def __init__(self, message: str, status: int = 0, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


@dataclass
class Learner:
    """Signs in as ``name``, starts a server and opens it.

    ``clients`` is the folder with the OAuth clients of the servers: the visit that a real
    single-user server makes to the Hub, to learn who is there, is made in its place.
    """

    url: str
    name: str
    clients: Path
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
                    after = answer.headers.get("Retry-After")
                    raise RefusedError(
                        f"{answer.status} {_said(page)}",
                        answer.status,
                        float(after) if after else None,
                    )
                if answer.status < 300:
                    self.refresh = answer.headers.get("Refresh", "")
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
        await self._visit()

    async def _next(self, url: str, page: str) -> tuple[str, str]:
        if "/spawn-pending/" in url:
            return await self._get(await self._when_there_is_news(url))
        form = next(
            (f for f in forms_of(page) if f.method == "post" and "/spawn" in f.action), None
        )
        if form is None:
            raise RefusedError(f"200 {_said(page)}", 200)
        return await self._get(urljoin(url, form.action), form.fields)

    async def _visit(self) -> None:
        client = json.loads((self.clients / self.name).read_text())
        ask = {"client_id": client["client_id"], "redirect_uri": client["redirect_uri"]}
        authorize = f"{self.url}/hub/api/oauth2/authorize"
        params = ask | {"response_type": "code", "state": "benchmark"}
        async with self.session.get(authorize, params=params, allow_redirects=False) as answer:
            code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
        exchange = client | {"grant_type": "authorization_code", "code": code}
        async with self.session.post(f"{self.url}/hub/api/oauth2/token", data=exchange) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"token {token}"}
        async with self.session.get(f"{self.url}/hub/api/user", headers=headers) as answer:
            assert (await answer.json())["name"] == self.name

    async def _when_there_is_news(self, url: str) -> str:
        """Wait as the page asks a browser to, by its refresh or its progress stream; then the
        address to look at."""
        if self.refresh:
            seconds, _, address = self.refresh.partition(";")
            await asyncio.sleep(int(seconds))
            return urljoin(url, address.strip().removeprefix("url=") or url)
        progress = urljoin(url, f"/hub/api/users/{self.name}/server/progress")
        async with self.session.get(progress) as stream:
            async for line in stream.content:
                if line.startswith(b"data:") and (b'"ready": true' in line or b'"failed"' in line):
                    break
        return url
