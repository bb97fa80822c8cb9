"""A small REST client of the Hub: which servers there are, and stopping one."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Self
from urllib.parse import quote

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from catalyst_hub.core.observation import ObservedServer
from catalyst_hub.core.session import ServerKey

#: Without it the Hub cuts a long list short and tells only its own log.
_PAGED = "application/jupyterhub-pagination+json"
_PAGE_SIZE = 200
#: 599 is Tornado's own, where there was no answer.
_AWAY = {503, 599}
LANGUAGE_COOKIE = "catalyst-language"
_TIMEOUT_S = 20.0
#: The Hub answers a stop when the server is gone, and in any case after its slow_stop_timeout,
#: which is 10 s unless configured.
_STOP_TIMEOUT_S = 60.0


class HubUnavailableError(Exception):
    """The Hub does not answer, or says that it cannot: ask again later."""


class HubAwayError(HubUnavailableError):
    """Nobody answers, or the Hub waits for its store: that says nothing of what was asked for."""


class HubRefusedError(Exception):
    """The Hub answered no: a wrong token or a missing scope. Asking again does not help."""


class HubClient:
    """Acts with one token. Every call raises HubUnavailableError or HubRefusedError."""

    def __init__(self, api_url: str, token: str) -> None:
        self._api_url = api_url.rstrip("/")
        self._token = token

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """As a service of the Hub finds it: ``JUPYTERHUB_API_URL``, ``JUPYTERHUB_API_TOKEN``."""
        names = ("JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN")
        if missing := [name for name in names if not environment.get(name)]:
            raise HubRefusedError(
                f"{' and '.join(missing)} must be set: the Hub does so for the services it"
                " manages; for others, set them to the address of its API and the service's token"
            )
        api_url, token = (environment[name] for name in names)
        return cls(api_url, token)

    async def servers(self) -> dict[ServerKey, ObservedServer]:
        """Every active server: ready, or with a start, a stop or a check pending.

        Somebody who becomes inactive between two pages moves everybody after them one place
        up, over the edge of a page: absence from a long list proves nothing. Ask
        :meth:`servers_of` before acting on it.
        """
        servers: dict[ServerKey, ObservedServer] = {}
        offset: int | None = 0
        while offset is not None:
            query = f"state=active&limit={_PAGE_SIZE}&offset={offset}"
            page = await self._json(f"/users?{query}")
            servers.update(_servers(page["items"]))
            following = page["_pagination"]["next"]
            offset = following["offset"] if following else None
        return servers

    async def servers_of(self, user_name: str) -> dict[ServerKey, ObservedServer]:
        """The active servers of one user; none, too, if there is no such user."""
        response = await self._fetch("GET", f"/users/{quote(user_name, safe='')}", {404})
        return _servers([json.loads(response.body)]) if response.code != 404 else {}

    async def server(self, key: ServerKey) -> ObservedServer | None:
        """One server; None: there is none of that name. It may not be active."""
        response = await self._fetch("GET", _path(key), {404})
        return _server(key, json.loads(response.body)) if response.code != 404 else None

    async def some_servers(self, keys: Collection[ServerKey]) -> dict[ServerKey, ObservedServer]:
        """Those of these servers that are active, by one question."""
        pairs = [[key.user_name, key.server_name] for key in keys]
        response = await self._fetch("POST", "/catalyst/servers", content={"servers": pairs})
        found = json.loads(response.body)["items"]
        servers = (_server(ServerKey(model["user"], model["name"]), model) for model in found)
        return {server.key: server for server in servers}

    async def scopes_of(self, token: str) -> frozenset[str]:
        """What the bearer of another token may do; nothing, if the Hub does not know it."""
        asking = HubClient(self._api_url, token)
        response = await asking._fetch("GET", "/user", {401, 403})
        model = json.loads(response.body) if response.code < 400 else {}
        return frozenset(model.get("scopes", ()))

    async def stop(self, key: ServerKey, *, is_removed: bool = False) -> bool:
        """Ask the Hub to stop a server, and with ``is_removed`` to forget one with a name: it is
        gone, or will be soon. Whoever does not wait for the answer has asked all the same.

        False: there is no such user or named server, or none that this token may know of.
        """
        content = {"remove": True} if is_removed and key.server_name else None
        response = await self._fetch(
            "DELETE", _path(key), {400, 404}, content, timeout_s=_STOP_TIMEOUT_S
        )
        return response.code < 400

    async def stop_some(
        self, keys: Collection[ServerKey], tell: Callable[[ServerKey, int], None]
    ) -> None:
        """Ask the Hub to stop these side by side; ``tell`` hears of each as soon as it is over.

        The status: 204 gone; 202 it will be; 404 no such server; 409 it is starting, which is not
        called off; else it failed. Of whom ``tell`` has not heard in the end, also when this
        raises, nobody knows: ask again.
        """
        pairs = [[key.user_name, key.server_name] for key in keys]
        await self._fetch(
            "POST",
            "/catalyst/stops",
            content={"servers": pairs},
            timeout_s=_STOP_TIMEOUT_S,
            listen=_Lines(tell),
        )

    async def follow_store(self, user_name: str) -> None:
        """Tell the Hub that a membership of this user has changed in the store.

        Servers she may not run any more are stopped before it answers.
        """
        await self._fetch("POST", f"/catalyst/people/{quote(user_name, safe='')}")

    async def warm(self, workshop_id: int, user_name: str) -> int:
        """Start the server of somebody who is registered in a workshop that begins soon: the
        status. 404: nobody of that name is; 409: not now, or it runs already; else refused."""
        path = f"/catalyst/workshops/{workshop_id}/warm/{quote(user_name, safe='')}"
        response = await self._fetch("POST", path, {400, 403, 404, 409, 429})
        return response.code

    async def say_farewell(self, workshop_id: int, user_name: str) -> bool:
        """Remove somebody who came for a workshop alone, with her files; False: not now."""
        path = f"/catalyst/farewells/{workshop_id}/{quote(user_name, safe='')}"
        return (await self._fetch("POST", path, {404, 409})).code < 400

    async def start_for(
        self, consent_id: int, choice: Mapping[str, str], language: str
    ) -> tuple[int, str]:
        """Start a server by the consent of its owner: the status, and if it was refused why, in
        ``language``. 404: the consent is not there any more; 409: the server runs already."""
        path = f"/catalyst/consents/{consent_id}/start"
        expected = {400, 403, 404, 409, 429, 503}
        response = await self._fetch("POST", path, expected, dict(choice), language)
        told = json.loads(response.body or b"{}")
        return response.code, str(told.get("message") or "")

    async def open_for(self, consent_id: int) -> tuple[int, str]:
        """Be let into a server by the consent of its owner: the status, and where the server is,
        as a path. 404: the consent is not there any more; 409: the server does not run."""
        response = await self._fetch("POST", f"/catalyst/consents/{consent_id}/open", {404, 409})
        return response.code, str(json.loads(response.body).get("url") or "")

    async def _json(self, path: str) -> Any:
        return json.loads((await self._fetch("GET", path)).body)

    async def _fetch(
        self,
        method: str,
        path: str,
        expected: Iterable[int] = frozenset(),
        content: Mapping[str, Any] | None = None,
        language: str = "",
        timeout_s: float = _TIMEOUT_S,
        listen: Callable[[bytes], None] | None = None,
    ) -> HTTPResponse:
        headers = {"Authorization": f"token {self._token}", "Accept": _PAGED}
        body = b"" if content is None else json.dumps(content).encode()
        request = HTTPRequest(
            self._api_url + path,
            method,
            # What somebody has chosen here counts for the Hub, too.
            headers | ({"Cookie": f"{LANGUAGE_COOKIE}={language}"} if language else {}),
            body=body if method == "POST" or body else None,
            connect_timeout=_TIMEOUT_S,
            request_timeout=timeout_s,
            allow_nonstandard_methods=True,
            streaming_callback=listen,
        )
        try:
            response = await AsyncHTTPClient().fetch(request, raise_error=False)
            if response.code < 400 or response.code in expected:
                return response
        except (OSError, HTTPClientError) as error:
            raise HubAwayError(f"{method} {request.url}: {error}") from error
        raise _problem(request, response)


class _Lines:
    """Hears an answer that comes bit by bit, each of which may end anywhere in a line."""

    def __init__(self, tell: Callable[[ServerKey, int], None]) -> None:
        self._tell = tell
        self._rest = b""

    def __call__(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for key, status in filter(None, map(_stopped, lines)):
            self._tell(key, status)


def _stopped(line: bytes) -> tuple[ServerKey, int] | None:
    """None: the line is one of an error page, which the status of the answer tells."""
    try:
        told = json.loads(line)
        return ServerKey(told["user"], told["name"]), int(told["status"])
    except (ValueError, KeyError, TypeError):
        return None


def _path(key: ServerKey) -> str:
    names = (quote(name, safe="") for name in (key.user_name, key.server_name))
    return "/users/{}/servers/{}".format(*names)


def _problem(request: HTTPRequest, response: HTTPResponse) -> Exception:
    told = f"{request.method} {request.url}: {response.code} {response.reason}"
    if response.code in (401, 403):
        return HubRefusedError(f"{told}. Is the token the Hub's, and has its role the scopes?")
    return HubAwayError(told) if response.code in _AWAY else HubUnavailableError(told)


def _servers(users: Iterable[Mapping[str, Any]]) -> dict[ServerKey, ObservedServer]:
    found = (
        _server(ServerKey(user["name"], name), model)
        for user in users
        for name, model in user.get("servers", {}).items()
    )
    return {server.key: server for server in found}


def _server(key: ServerKey, model: Mapping[str, Any]) -> ObservedServer:
    options = model.get("user_options")
    return ObservedServer(
        key,
        is_ready=bool(model["ready"]),
        is_pending=bool(model["pending"]),
        started_at=_instant(model["started"]),
        activity_at=_instant(model["last_activity"]),
        # The Hub keeps whatever somebody has sent.
        options=options if isinstance(options, dict) else {},
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
