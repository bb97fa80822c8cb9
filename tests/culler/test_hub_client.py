from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jupyterhub.app import JupyterHub

from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub.roles import CULLER_SCOPES
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError
from tests.hub.communities import api, catalyst_config, sign_in
from tests.hub.conftest import StartHub, free_port

TOKEN = "a-token-of-the-test"
STARTERS = ("amina", "lucia", "joao")


@pytest.fixture
async def app(start_hub: StartHub, tmp_path: Path) -> JupyterHub:
    """A hub with pages of two users, and servers of three."""
    config = catalyst_config(tmp_path)
    config.JupyterHub.api_page_default_limit = config.JupyterHub.api_page_max_limit = 2
    config.JupyterHub.allow_named_servers = True
    config.JupyterHub.services.append({"name": "test", "api_token": TOKEN})
    config.JupyterHub.load_roles.append(
        {"name": "test", "services": ["test"], "scopes": [*CULLER_SCOPES, "delete:servers"]}
    )
    app = await start_hub(config)
    for name in ("root", "bo", *STARTERS):
        await sign_in(app, name)
    for name in STARTERS:
        async with api(app, name) as client:
            options = {"community": "nairobi" if name == "amina" else "cordoba"}
            answer = await client.post(f"users/{name}/server", json=options)
            assert answer.is_success, answer.text
    return app


def client(app: JupyterHub, token: str = TOKEN) -> HubClient:
    return HubClient(app.hub.url + "api", token)


async def test_every_active_server_is_found_on_however_many_pages(app: JupyterHub) -> None:
    before = datetime.now(UTC) - timedelta(minutes=1)
    servers = await client(app).servers()
    assert set(servers) == {ServerKey(name) for name in STARTERS}
    for server in servers.values():
        assert server.is_ready or server.is_pending
        assert server.started_at is not None
        assert before < server.started_at < datetime.now(UTC)
    assert servers[ServerKey("amina")].options["community"] == "nairobi"


async def test_one_users_servers_can_be_asked_for(app: JupyterHub) -> None:
    hub = client(app)
    assert set(await hub.servers_of("lucia")) == {ServerKey("lucia")}
    assert await hub.servers_of("bo") == {}
    assert await hub.servers_of("no/such user") == {}


async def test_a_server_is_stopped_through_the_hub(app: JupyterHub) -> None:
    hub = client(app)
    assert await hub.stop(ServerKey("joao"))
    assert await hub.stop(ServerKey("bo")), "what does not run need not be stopped"
    assert not await hub.stop(ServerKey("nobody", "named"))
    servers = await hub.servers()
    assert ServerKey("joao") not in servers or servers[ServerKey("joao")].is_pending


async def test_one_server_can_be_asked_for(app: JupyterHub) -> None:
    hub = client(app)
    server = await hub.server(ServerKey("lucia"))
    assert server is not None
    assert server.is_ready
    assert server.activity_at is not None
    stopped = await hub.server(ServerKey("bo"))
    assert stopped is None or not (stopped.is_ready or stopped.is_pending)
    assert await hub.server(ServerKey("nobody")) is None
    assert await hub.server(ServerKey("lucia", "no/such server")) is None


async def test_several_can_be_asked_for_at_once_by_whoever_may_read_all(app: JupyterHub) -> None:
    hub = client(app)
    asked = [ServerKey(name) for name in ("joao", "lucia", "bo", "nobody")]
    found = await hub.some_servers([*asked, ServerKey("lucia", "no such server")])
    assert set(found) == {ServerKey("joao"), ServerKey("lucia")}
    assert found[ServerKey("lucia")] == await hub.server(ServerKey("lucia"))
    lucias = client(app, app.users["lucia"].new_api_token())
    with pytest.raises(HubRefusedError, match="403"):
        await lucias.some_servers(asked)
    for wrong in ("x", [["joao"]], [["joao", 1]], [["joao", ""]] * 1001):
        with pytest.raises(HubUnavailableError, match="400"):
            await hub._fetch("POST", "/catalyst/servers", content={"servers": wrong})


async def test_several_are_stopped_by_one_request_and_what_came_of_each_is_told(
    app: JupyterHub,
) -> None:
    hub, told = client(app), dict[ServerKey, int]()
    async with api(app, "lucia") as lucia:
        answer = await lucia.post("users/lucia/servers/second", json={"community": "cordoba"})
        assert answer.is_success, answer.text
        wanted = [ServerKey("joao"), ServerKey("lucia", "second"), ServerKey("bo")]
        unknown = [ServerKey("nobody"), ServerKey("joao", "no such server")]
        await hub.stop_some([*wanted, *unknown], told.__setitem__)
    assert told == dict.fromkeys(wanted, 204) | dict.fromkeys(unknown, 404)
    assert set(await hub.servers()) == {ServerKey("amina"), ServerKey("lucia")}


async def test_whoever_may_not_stop_every_server_stops_none_of_several(app: JupyterHub) -> None:
    told = dict[ServerKey, int]()
    for key in (ServerKey("lucia"), ServerKey("joao")):
        lucias = client(app, app.users["lucia"].new_api_token())
        with pytest.raises(HubRefusedError, match="403"):
            await lucias.stop_some([key], told.__setitem__)
    with pytest.raises(HubUnavailableError, match="400"):
        await client(app).stop_some([ServerKey("joao")] * 1001, told.__setitem__)
    assert told == {}
    assert ServerKey("lucia") in await client(app).servers()


async def test_a_stop_that_fails_hurts_no_other(
    app: JupyterHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = dict[ServerKey, int]()

    async def fail() -> None:
        raise RuntimeError("the cluster is away")

    spawner = app.users["lucia"].spawners[""]
    monkeypatch.setattr(spawner, "poll_and_notify", fail)
    await client(app).stop_some([ServerKey("lucia"), ServerKey("joao")], told.__setitem__)
    assert told == {ServerKey("lucia"): 500, ServerKey("joao"): 204}
    assert ServerKey("lucia") in await client(app).servers()


async def test_what_is_starting_is_not_called_off_and_what_is_stopping_is_not_stopped_twice(
    app: JupyterHub,
) -> None:
    told = dict[ServerKey, int]()
    starting, stopping = (app.users[name].spawners[""] for name in ("lucia", "joao"))
    starting._spawn_pending = stopping._stop_pending = True
    await client(app).stop_some([ServerKey("lucia"), ServerKey("joao")], told.__setitem__)
    starting._spawn_pending = stopping._stop_pending = False
    assert told == {ServerKey("lucia"): 409, ServerKey("joao"): 202}
    assert {ServerKey("lucia"), ServerKey("joao")} <= set(await client(app).servers())


async def test_stops_go_on_when_whoever_has_asked_is_gone(
    app: JupyterHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    spawners = [app.users[name].spawners[""] for name in ("lucia", "joao")]
    asked, go_on = asyncio.Event(), asyncio.Event()
    for spawner in spawners:
        monkeypatch.setattr(spawner, "stop", partial(_held, spawner.stop, asked, go_on))
    reader, writer = await asyncio.open_connection(*_address(app))
    body = json.dumps({"servers": [["bo", ""], ["lucia", ""], ["joao", ""]]})
    words = f"Authorization: token {TOKEN}\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    writer.write(f"POST /hub/api/catalyst/stops HTTP/1.1\r\nHost: hub\r\n{words}".encode())
    assert b'"bo"' in await reader.readuntil(b"204}")
    await asked.wait()
    writer.transport.abort()
    go_on.set()
    async with asyncio.timeout(60):
        while any(spawner.active for spawner in spawners):
            await asyncio.sleep(0.02)
    assert set(await client(app).servers()) == {ServerKey("amina")}
    assert "Traceback" not in caplog.text


async def _held(
    stop: Callable[[], Awaitable[None]], asked: asyncio.Event, go_on: asyncio.Event
) -> None:
    asked.set()
    await go_on.wait()
    await stop()


def _address(app: JupyterHub) -> tuple[str, int]:
    url = urlsplit(app.hub.url)
    assert url.hostname is not None
    assert url.port is not None
    return url.hostname, url.port


async def test_a_named_server_that_is_stopped_can_be_forgotten_and_one_without_a_name_cannot(
    app: JupyterHub,
) -> None:
    hub, named = client(app), ServerKey("lucia", "second")
    async with api(app, "lucia") as lucia:
        answer = await lucia.post("users/lucia/servers/second", json={"community": "cordoba"})
        assert answer.is_success, answer.text
    assert await hub.stop(named, is_removed=True)
    assert await hub.stop(ServerKey("lucia"), is_removed=True)
    async with asyncio.timeout(60):
        while await hub.server(named) is not None:
            await asyncio.sleep(0.05)
    assert await hub.server(ServerKey("lucia")) is not None


async def test_a_wrong_token_and_a_missing_scope_are_refusals(app: JupyterHub) -> None:
    with pytest.raises(HubRefusedError, match="403"):
        await client(app, "wrong").servers()
    lucias = client(app, app.users["lucia"].new_api_token())
    with pytest.raises(HubRefusedError, match="scopes"):
        await lucias.servers()


async def test_a_hub_that_is_away_is_unavailable() -> None:
    with pytest.raises(HubUnavailableError, match="GET"):
        await HubClient(f"http://127.0.0.1:{free_port()}/hub/api", "x").servers()


def test_a_service_is_told_which_variable_is_missing() -> None:
    with pytest.raises(HubRefusedError, match="JUPYTERHUB_API_TOKEN must be set"):
        HubClient.from_environment({"JUPYTERHUB_API_URL": "http://127.0.0.1:8081/hub/api"})
