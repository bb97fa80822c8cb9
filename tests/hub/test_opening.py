"""Opening a real single-user server of somebody else's: only while its owner allows it."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from catalyst_hub.core.consent import Kind
from catalyst_hub.hub import spawner
from tests.hub.communities import COMMUNITIES, LIGHT_SERVER, api, catalyst_config, sign_in
from tests.hub.test_consent import answer, consent, enter, later, start_own
from tests.hub.visitor import Visitor, page

JUPYTER = COMMUNITIES.replace(
    f"command: [{sys.executable}, {LIGHT_SERVER}]",
    f"command: [{sys.executable}, -m, jupyterhub.singleuser]",
)
#: Seconds, in place of a minute.
TRUST_S = 2


class _ByPath(httpx.AsyncBaseTransport):
    """What the proxy does: the addresses of Kofi's server lead there, all others to the hub."""

    def __init__(self, hub: Any) -> None:
        self._hub, self._wire = hub, httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/user/kofi/"):
            url = request.url.copy_with(port=port_of(self._hub))
            request = httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream
            )
        return await self._wire.handle_async_request(request)

    async def aclose(self) -> None:
        await self._wire.aclose()


def port_of(hub: Any) -> int:
    return int(hub.users["kofi"].spawner.server.port)


@pytest.fixture
async def hub(start_hub, tmp_path, monkeypatch):
    monkeypatch.setattr(spawner, "_TRUST_S", TRUST_S)
    hub = await start_hub(catalyst_config(tmp_path, JUPYTER))
    for name in ("amina", "kofi"):
        await sign_in(hub, name)
    await start_own(hub)
    return hub


@pytest.fixture
async def amina(hub):
    async with Visitor(hub) as visitor:
        visitor.client._transport = _ByPath(hub)
        await enter(visitor, "amina")
        yield visitor


async def look(visitor: Visitor) -> int:
    """The status of a look into Kofi's files, as the page of his server would."""
    xsrf = [c.value for c in visitor.client.cookies.jar if (c.name, c.path) == XSRF]
    headers = {"X-XSRFToken": xsrf[0]} if xsrf and xsrf[0] else {}
    answer = await visitor.client.get(
        "/user/kofi/api/contents", headers=headers, follow_redirects=False
    )
    return answer.status_code


XSRF = ("_xsrf", "/user/kofi/")


async def let_in(hub: Any) -> None:
    number = await consent(hub, Kind.OPEN)
    async with api(hub, "amina") as client:
        assert (await client.post(f"catalyst/consents/{number}/open")).status_code == 200


async def open_server(visitor: Visitor) -> None:
    asked = await visitor.get("/user/kofi/lab")
    assert "oauth2/authorize" in str(asked.url)
    opened = await visitor.submit(asked, "form")
    assert (opened.status_code, opened.url.path) == (200, "/user/kofi/lab")


async def until_refused(visitor: Visitor) -> None:
    """The server's trust in the Hub's last word, a sweep, and a busy machine's patience."""
    async with asyncio.timeout(60):
        while await look(visitor) == 200:
            await asyncio.sleep(0.1)


async def terminal(hub: Any, visitor: Visitor) -> WebSocketClientConnection:
    cookies = {c.name: c.value for c in visitor.client.cookies.jar if c.path in {"/", XSRF[1]}}
    xsrf = next(c.value for c in visitor.client.cookies.jar if (c.name, c.path) == XSRF)
    made = await visitor.client.post("/user/kofi/api/terminals", headers={"X-XSRFToken": xsrf})
    origin, name = f"127.0.0.1:{port_of(hub)}", made.json()["name"]
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Origin": f"http://{origin}",
    }
    address = f"ws://{origin}/user/kofi/terminals/websocket/{name}"
    return await websocket_connect(HTTPRequest(address, headers=headers))


async def run(connection: WebSocketClientConnection, command: str, pattern: str) -> str:
    """What a terminal says to a command."""
    await connection.write_message(json.dumps(["stdin", command + "\n"]))
    said = ""
    async with asyncio.timeout(60):
        while not (found := re.search(pattern, said)):
            message = await connection.read_message()
            assert message is not None, "the connection is closed"
            kind, *rest = json.loads(message)
            said += rest[0] if kind == "stdout" else ""
    return found[1]


async def test_without_consent_nobody_gets_in(hub, amina):
    answer = await amina.get("/user/kofi/lab")
    assert (answer.status_code, "oauth2/authorize" in str(answer.url)) == (403, True)
    assert await look(amina) == 403
    async with api(hub, "amina") as client:
        authorization = client.headers["Authorization"]
    for path in ("api/contents", "lab"):
        answer = await amina.client.get(
            f"/user/kofi/{path}",
            headers={"Authorization": authorization},
            follow_redirects=False,
        )
        assert answer.status_code in {302, 403}


async def test_what_was_allowed_ends_when_it_is_taken_back(hub, amina):
    await let_in(hub)
    await open_server(amina)
    assert await look(amina) == 200
    async with api(hub, "amina") as client:
        own = client.headers["Authorization"]
        made = await client.post("users/amina/tokens", json={"scopes": [SCOPE]})
    tokens = [own, f"token {made.json()['token']}"]
    assert await statuses(amina, tokens) == [200, 200]
    await answer(hub, "withdraw")
    await until_refused(amina)
    await asyncio.wait_for(until_all_are(403, amina, tokens), 60)
    async with Visitor(hub) as again:
        again.client._transport = _ByPath(hub)
        await enter(again, "amina")
        assert (await again.get("/user/kofi/lab")).status_code == 403


SCOPE = "access:servers!server=kofi/"


async def statuses(visitor: Visitor, tokens: list[str]) -> list[int]:
    async with httpx.AsyncClient(transport=visitor.client._transport) as client:
        return [
            (
                await client.get(
                    visitor.client.base_url.join("/user/kofi/api/contents"),
                    headers={"Authorization": token},
                )
            ).status_code
            for token in tokens
        ]


async def until_all_are(status: int, visitor: Visitor, tokens: list[str]) -> None:
    while set(await statuses(visitor, tokens)) != {status}:
        await asyncio.sleep(0.1)


async def test_what_was_allowed_ends_by_itself(hub, amina):
    await let_in(hub)
    await open_server(amina)
    later(hub, hours=1)
    await until_refused(amina)


async def test_only_a_stop_ends_what_is_open_on_a_screen(hub, amina):
    """The bound that the owner is told of: connections and the server's own token live on."""
    await let_in(hub)
    await open_server(amina)
    connection = await terminal(hub, amina)
    stolen = await run(connection, "echo =$JUPYTERHUB_API_TOKEN=", r"=([0-9a-f]{20,})=")
    await answer(hub, "withdraw")
    await until_refused(amina)
    assert await run(connection, "echo =$((40 + 2))=", r"=(42)=") == "42"
    assert await statuses(amina, [f"token {stolen}"]) == [200]
    async with Visitor(hub) as kofi:
        home = await enter(kofi, "kofi")
        assert "Amina had your server open" in home.text
        form = page(home).select_one("section:has([id^=leftover]) form")
        await kofi.client.post(home.url.join(form["action"]), data={"_xsrf": form.input["value"]})
        assert "had your server open" not in (await kofi.get("/hub/home")).text
    async with asyncio.timeout(60):
        while await connection.read_message() is not None:
            pass
    async with api(hub, "kofi") as client:
        client.headers["Authorization"] = f"token {stolen}"
        assert (await client.get("user")).status_code == 403
