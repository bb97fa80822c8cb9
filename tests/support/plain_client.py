"""A person without a browser: follows redirects, posts the forms' own fields, runs no script."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from benchmarks.learner import Form, forms_of

PATIENCE_S = 60


@dataclass
class Page:
    """What the last request led to."""

    url: str
    status: int
    text: str
    refresh: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def forms(self) -> list[Form]:
        return forms_of(self.text)

    def form(self, action: str) -> Form:
        """The first form that posts to an address with ``action`` in it."""
        found = [form for form in self.forms if action in form.action]
        assert found, f"no form for {action} at {self.path} ({self.status}):\n{self.text[:2000]}"
        return found[0]


class PlainClient:
    """One person's cookies, and the page they are at."""

    def __init__(self, url: str, **headers: str) -> None:
        self.root = url
        self.headers = headers
        self.page = Page(url, 0, "")

    async def __aenter__(self) -> Self:
        jar = aiohttp.CookieJar(unsafe=True)
        self.session = aiohttp.ClientSession(cookie_jar=jar, headers=self.headers)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.session.close()

    async def get(self, path: str) -> Page:
        return await self._request("GET", path)

    async def post(self, form: Form, **changed: str) -> Page:
        """Send a form as it stands, with some fields changed."""
        return await self._request("POST", form.action or self.page.url, data=form.fields | changed)

    async def _request(self, method: str, path: str, **how: Any) -> Page:
        url = urljoin(self.page.url, path)
        async with self.session.request(method, url, **how) as answer:
            text = await answer.text()
            refresh = answer.headers.get("Refresh", "")
            self.page = Page(str(answer.url), answer.status, text, refresh)
        return self.page

    async def sign_in(self, name: str) -> Page:
        """Press the persona's button on the sign-in page."""
        page = await self.get("/hub/login")
        form = next(form for form in page.forms if form.fields.get("username") == name)
        return await self.post(form)

    async def start(self, **changed: str) -> Page:
        """Post the picker as it stands, and wait where it leads until the server answers."""
        page = await self.get("/hub/spawn")
        await self.post(page.form("/spawn"), **changed)
        return await self.wait_for_server()

    async def wait_for_server(self) -> Page:
        """Look again as the pending page asks, until it leads to the server."""
        async with asyncio.timeout(PATIENCE_S):
            while "/spawn-pending/" in self.page.path:
                await asyncio.sleep(0.5)
                await self.get(self.page.url)
        return self.page

    async def stop(self) -> Page:
        """Press stop on the home page, and wait until home says it has stopped."""
        page = await self.get("/hub/home")
        await self.post(page.form("/stop"))
        return await self.wait_until_stopped()

    async def wait_until_stopped(self) -> Page:
        """Look at home until it has no button to stop anything."""
        async with asyncio.timeout(PATIENCE_S):
            while [form for form in (await self.get("/hub/home")).forms if "/stop" in form.action]:
                await asyncio.sleep(0.3)
        return self.page

    # --- the server's own interface, as JupyterLab uses it ---

    def xsrf(self, path: str) -> str:
        cookies = self.session.cookie_jar.filter_cookies(URL(self.root + path))
        return cookies["_xsrf"].value

    async def run_code(self, user: str, code: str) -> str:
        """Start a kernel of that user's server, run code in it, and return what it printed."""
        base = f"{self.root}/user/{user}/"
        headers = {"X-XSRFToken": self.xsrf(f"/user/{user}/")}
        async with self.session.post(f"{base}api/kernels", json={}, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            kernel = (await answer.json())["id"]
        channels = f"{base}api/kernels/{kernel}/channels?_xsrf={headers['X-XSRFToken']}"
        async with self.session.ws_connect(channels, headers=headers) as socket:
            await socket.send_str(_execute_request(code))
            async with asyncio.timeout(PATIENCE_S):
                return await _printed(socket)


def _execute_request(code: str) -> str:
    header = {
        "msg_id": uuid.uuid4().hex,
        "msg_type": "execute_request",
        "username": "",
        "session": uuid.uuid4().hex,
        "version": "5.3",
    }
    content = {"code": code, "silent": False, "store_history": False, "stop_on_error": True}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
    return json.dumps(message | {"channel": "shell", "buffers": []})


async def _printed(socket: aiohttp.ClientWebSocketResponse) -> str:
    printed = ""
    async for message in socket:
        answer = json.loads(message.data)
        kind = answer["header"]["msg_type"]
        if kind == "stream":
            printed += answer["content"]["text"]
        elif kind == "execute_reply":
            assert answer["content"]["status"] == "ok", answer["content"]
        elif kind == "status" and answer["content"]["execution_state"] == "idle" and printed:
            return printed
    return printed
