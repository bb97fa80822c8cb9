"""Inside each person's server: brings what the Hub has to say to the pages of Jupyter.

This one file needs nothing but what Jupyter's own server has, so that it can be put into an image
by itself, also into an old one: it keeps to what Python 3.8 knows. The browser cannot ask the Hub:
pages of a server are not trusted with the person's sign-in there. The server can, with the token
that the Hub gave it.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.web import authenticated

#: Seconds for which all tabs of a person share one answer of the Hub's.
_FRESH_S = 30.0
_TIMEOUT_S = 10.0
_NOTHING: dict[str, Any] = {"notices": []}
_CERTIFICATES = {
    "client_cert": "JUPYTERHUB_SSL_CERTFILE",
    "client_key": "JUPYTERHUB_SSL_KEYFILE",
    "ca_certs": "JUPYTERHUB_SSL_CLIENT_CA",
}


class Hub:
    """The Hub that started this server, as the server's environment names it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = environment["JUPYTERHUB_API_URL"].rstrip("/") + "/catalyst/notices"
        is_full = environment.get("CATALYST_HOME_FULL") == "1"
        community = quote(environment.get("CATALYST_COMMUNITY", ""))
        self._about = f"?full_home={community}" if is_full else ""
        self._headers = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}
        named = {name: environment.get(variable) for name, variable in _CERTIFICATES.items()}
        self._certificates: dict[str, Any] = {name: path for name, path in named.items() if path}
        self._turn = asyncio.Lock()
        self._known: tuple[float, HTTPResponse] | None = None

    async def notices(self) -> HTTPResponse:
        """What the person is to know now; as old as half a minute."""
        async with self._turn:
            if self._known is None or time.monotonic() - self._known[0] > _FRESH_S:
                self._known = time.monotonic(), await self._ask(self._url + self._about)
            return self._known[1]

    async def keep(self, notice: str) -> HTTPResponse:
        """Ask for more time."""
        self._known = None
        address = f"{self._url}/{quote(notice)}/keep{self._about}"
        return await self._ask(address, method="POST", body="")

    async def _ask(self, url: str, **options: Any) -> HTTPResponse:
        """Raises nothing: a Hub that is away answers 599."""
        request = HTTPRequest(
            url,
            headers=self._headers,
            request_timeout=_TIMEOUT_S,
            follow_redirects=False,
            **self._certificates,
            **options,
        )
        return await AsyncHTTPClient().fetch(request, raise_error=False)


class _Handler(JupyterHandler):
    """Not an API handler of Jupyter's: asking for notices is no sign that somebody works."""

    def initialize(self, hub: Hub) -> None:
        self._hub = hub

    @property
    def is_owner(self) -> bool:
        """Whoever was let into somebody else's server hears nothing of that person's."""
        return getattr(self.current_user, "username", "") == os.environ.get("JUPYTERHUB_USER")

    def tell(self, answer: HTTPResponse) -> None:
        """Hand on what the Hub said, if it said something."""
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        self.set_status(answer.code if is_json else HTTPStatus.SERVICE_UNAVAILABLE)
        said: dict[str, Any] = json.loads(answer.body) if is_json else _NOTHING
        self.finish(said)


class NoticesHandler(_Handler):
    """``catalyst-hub/notices``: what the person is to know."""

    @authenticated
    async def get(self) -> None:
        """What the Hub's own address of that name answers."""
        if self.is_owner:
            self.tell(await self._hub.notices())
        else:
            self.finish(_NOTHING)


class KeepHandler(_Handler):
    """``catalyst-hub/notices/<session>/<reason>/keep``: the person needs more time."""

    @authenticated
    async def post(self, notice: str) -> None:
        """What the Hub's own address of that name answers."""
        if self.is_owner:
            self.tell(await self._hub.keep(notice))
        else:
            self.set_status(HTTPStatus.NOT_FOUND)
            self.finish(_NOTHING)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server when it starts; one that no hub has started is left as it is."""
    if not {"JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN"} <= os.environ.keys():
        return
    hub = {"hub": Hub(os.environ)}
    address = url_path_join(server.web_app.settings["base_url"], "catalyst-hub", "notices")
    server.web_app.add_handlers(
        ".*$",
        [(address, NoticesHandler, hub), (rf"{address}/([\w-]+/[\w-]+)/keep", KeepHandler, hub)],
    )
