"""People at a hub with its champion service, as a browser sees them: one origin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

import httpx
from bs4 import BeautifulSoup
from jupyterhub.app import JupyterHub
from tornado.web import Application

from catalyst_hub.bootstrap import Runtime
from tests.hub.communities import COMMUNITIES as PLAIN
from tests.hub.visitor import fields, page

PREFIX = "/services/catalyst/"

#: With workshop accounts, prices and a budget in Nairobi, which takes requests to join, a formula
#: for a title in Cordoba, and a third community whose champion is João, of Cordoba otherwise.
COMMUNITIES = (
    PLAIN.replace("providers:\n", "providers:\n  workshop: {type: workshop-accounts}\n")
    .replace("    title: Nairobi\n", "    title: Nairobi\n    join_requests: true\n")
    .replace(
        "    quotas:\n      community: {at_once: {servers: 2}}",
        "    prices: {cpu_hour: 3600}\n    budget: {amount: 500}\n"
        "    quotas:\n      community: {at_once: {servers: 20}, per_week: {cpu_hours: 80}}",
    )
    + """\
  mombasa:
    title: Mombasa
    country: KE
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{provider: demo, people: [joao]}]
    champions: [{provider: demo, people: [joao]}]
"""
)


class _ByPath(httpx.AsyncBaseTransport):
    """What the proxy does: the service's addresses lead to its port, all others to the hub."""

    def __init__(self, service_port: int) -> None:
        self._port = service_port
        self._wire = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not request.url.path.startswith(PREFIX.rstrip("/")):
            return await self._wire.handle_async_request(request)
        forwarded = httpx.Request(
            request.method,
            request.url.copy_with(port=self._port),
            headers=request.headers,
            stream=request.stream,
        )
        return await self._wire.handle_async_request(forwarded)

    async def aclose(self) -> None:
        await self._wire.aclose()


class SitePerson:
    """One person's browser."""

    def __init__(self, origin: httpx.URL, service_port: int, language: str = "") -> None:
        self.client = httpx.AsyncClient(
            base_url=origin,
            headers={"Accept-Language": language} if language else {},
            transport=_ByPath(service_port),
            follow_redirects=True,
            timeout=30,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def sign_in(self, name: str) -> Self:
        form = await self.client.get("/hub/login?next=/hub/home")
        token = page(form).select_one("input[name=_xsrf]")
        assert token is not None
        data = {"_xsrf": str(token["value"]), "provider": "demo", "username": name}
        answer = await self.client.post(form.url, data=data)
        assert answer.status_code == 200, answer.text
        return self

    async def get(self, below: str = "", **headers: str) -> httpx.Response:
        """A page of the service."""
        return await self.client.get(PREFIX + below, headers=headers)

    async def see(self, below: str = "") -> BeautifulSoup:
        """The same, read; it must be there."""
        answer = await self.get(below)
        assert answer.status_code == 200, f"{below}: {answer.status_code}\n{answer.text[:3000]}"
        return page(answer)

    async def press(self, response: httpx.Response, **changed: str) -> httpx.Response:
        """Send the page's form with its own fields, some of them changed."""
        form = page(response).select_one("main form")
        assert form is not None, response.text[:3000]
        return await self.client.post(response.url, data=fields(form) | changed)

    async def start_server(self) -> None:
        """Start what the hub offers first."""
        picker = await self.client.get("/hub/spawn")
        form = page(picker).select_one("main form")
        assert form is not None, picker.text[:3000]
        await self.client.post(picker.url, data=fields(form), follow_redirects=False)


@dataclass
class Site:
    """The hub's application, the service's, and the service's port."""

    app: JupyterHub
    service: Application
    port: int

    @property
    def runtime(self) -> Runtime:
        """The hub's own."""
        runtime: Runtime = self.app.authenticator.runtime
        return runtime

    def stranger(self, language: str = "") -> SitePerson:
        """Somebody who has not signed in."""
        origin = httpx.URL(self.app.hub.url.removesuffix(self.app.hub.base_url))
        return SitePerson(origin, self.port, language)

    @asynccontextmanager
    async def signed_in(self, name: str, language: str = "") -> AsyncIterator[SitePerson]:
        """Somebody who has."""
        async with self.stranger(language) as person:
            yield await person.sign_in(name)
