"""A plain HTTP client that follows redirects and posts the forms' own fields, as scripts do."""

from __future__ import annotations

from typing import Self

import httpx
from bs4 import BeautifulSoup, Tag
from jupyterhub.app import JupyterHub


def page(response: httpx.Response) -> BeautifulSoup:
    return BeautifulSoup(response.text, "html.parser")


def text(response: httpx.Response) -> str:
    """What people read on a page, without what surrounds it."""
    return page(response).main.get_text(" ", strip=True)


def fields(form: Tag) -> dict[str, str]:
    """What the form would send as it stands: checked radio buttons, hidden and text fields."""
    sent = {}
    for entry in form.select("input[name]"):
        if entry.get("type") not in {"radio", "checkbox"} or entry.has_attr("checked"):
            sent[entry["name"]] = entry.get("value", "")
    return sent


class Visitor:
    """One person's browser at the hub's own address (there is no proxy in between)."""

    def __init__(self, app: JupyterHub, language: str = "") -> None:
        headers = {"Accept-Language": language} if language else {}
        origin = app.hub.url.removesuffix(app.hub.base_url)
        self.client = httpx.AsyncClient(
            base_url=origin, headers=headers, follow_redirects=True, timeout=30
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def get(self, path: str, **kwargs: object) -> httpx.Response:
        return await self.client.get(path, **kwargs)

    async def submit(
        self, response: httpx.Response, selector: str = "main form", **values: str
    ) -> httpx.Response:
        """Post a form of a page with its own fields, some of them changed."""
        form = page(response).select_one(selector)
        assert form is not None, f"no {selector} in {response.url}"
        address = response.url.join(form.get("action") or "")
        return await self.client.post(address, data=fields(form) | values)

    async def enter(self, name: str, language: str = "en") -> Self:
        """Sign in as one of the personas that the page shows, in a language of one's choice."""
        await self.get(f"/hub/language?to={language}")
        form = await self.get("/hub/login?next=/hub/home")
        await self.submit(form, f'form:has([value="{name}"])')
        return self

    async def sign_in(self, name: str) -> httpx.Response:
        """Sign in by name and password, where the authenticator asks for them."""
        return await self.submit(await self.get("/hub/login"), username=name, password="x")
