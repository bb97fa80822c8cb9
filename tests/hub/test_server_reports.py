"""What a server says of itself reaches the store by its own token, and by no other."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from jupyterhub.app import JupyterHub
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from catalyst_hub.core.server_report import ServerReport
from tests.hub.communities import api, catalyst_config, live_session, sign_in
from tests.hub.test_local_spawner import REAL, started
from tests.support.kernels import execution, until

SAID = {"server": "", "worked": 5, "touched": None, "open": 90, "kinds": ["kernel", "new"],
        "unknown": ["process"]}  # fmt: skip


async def report_of(app: JupyterHub, name: str) -> ServerReport | None:
    runtime: Any = app.authenticator.runtime
    session = await live_session(app, name)
    report: ServerReport | None = await runtime.read(
        lambda uow: uow.server_reports.get(session.session_id)
    )
    return report


def with_token(app: JupyterHub, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"token {token}"}
    return httpx.AsyncClient(base_url=app.hub.url + "api/catalyst/", headers=headers, timeout=30)


async def test_a_server_tells_of_itself_and_of_no_other(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    seen = await started(app)
    before = datetime.now(UTC)
    async with with_token(app, seen["JUPYTERHUB_API_TOKEN"]) as server:
        assert (await server.post("report", json=SAID)).status_code == 204
        report = await report_of(app, "kofi")
        session = await live_session(app, "kofi")
        assert report.reported_at >= before
        # Nothing in it was before it ran, whatever it says.
        assert report.open_at == session.running_at
        assert report.worked_at >= session.running_at
        assert report.touched_at is None
        assert (report.kinds, report.unseen) == (("kernel",), ("process",))
        other = await server.post("report", json=SAID | {"server": "another"})
        assert other.status_code == 404
    async with api(app, "kofi") as own:
        for scopes in (["users:activity!user"], ["access:servers!user"], ["read:users!user"]):
            made = await own.post("users/kofi/tokens", json={"scopes": scopes})
            async with with_token(app, made.json()["token"]) as narrow:
                assert (await narrow.post("report", json=SAID)).status_code in {403, 404}
        assert await report_of(app, "kofi") == report
        await own.delete("users/kofi/server")
        assert (await own.post("catalyst/report", json=SAID)).status_code == 404
    async with with_token(app, seen["JUPYTERHUB_API_TOKEN"]) as gone:
        assert (await gone.post("report", json=SAID)).status_code == 403


async def test_what_is_no_report_is_refused(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    seen = await started(app)
    async with with_token(app, seen["JUPYTERHUB_API_TOKEN"]) as server:
        for odd in (
            [], "kernel", None, SAID | {"worked": -1}, SAID | {"worked": 1.5},
            SAID | {"touched": True}, SAID | {"open": "now"}, SAID | {"worked": 10**18},
            SAID | {"server": 7}, SAID | {"server": "a\0"}, SAID | {"kinds": "kernel"},
            SAID | {"unknown": {}},
        ):  # fmt: skip
            answer = await server.post("report", content=json.dumps(odd))
            assert answer.status_code == 400, (odd, answer.text)
        for odd in (b"{", b"\xff", b'{"worked": NaN}'):
            assert (await server.post("report", content=odd)).status_code == 400
        large = await server.post("report", json=SAID | {"more": "x" * 3000})
        assert large.status_code == 413
        assert (await server.post("report", json={})).status_code == 204
    assert await report_of(app, "kofi") is not None


async def test_a_storm_of_reports_is_one_writer_among_all(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    seen = await started(app)
    runtime: Any = app.authenticator.runtime
    ahead, free = threading.Event(), threading.Event()

    def hold(_uow: object) -> None:
        ahead.set()
        free.wait(60)

    holding = asyncio.create_task(runtime.write(hold))
    try:
        await asyncio.to_thread(ahead.wait, 20)
        async with with_token(app, seen["JUPYTERHUB_API_TOKEN"]) as server:
            storm = [asyncio.create_task(server.post("report", json=SAID)) for _ in range(20)]
            ends = asyncio.as_completed(storm)
            async with asyncio.timeout(60):
                refused = [(await next(ends)).status_code for _ in storm[1:]]
            free.set()
            assert set(refused) == {429}
            assert (await next(ends)).status_code == 204
            assert (await server.post("report", json=SAID)).status_code == 204
    finally:
        free.set()
        await holding


async def test_a_real_jupyterlab_says_that_its_silent_kernel_works_to_us_and_to_any_culler(
    start_hub, tmp_path
):
    config = catalyst_config(tmp_path, REAL)
    config.Spawner.http_timeout = config.Spawner.start_timeout = 150
    config.Spawner.environment = {
        "CATALYST_LOOK_SECONDS": "0.5", "JUPYTERHUB_ACTIVITY_INTERVAL": "1"
    }  # fmt: skip
    app = await start_hub(config)
    await sign_in(app, "kofi")
    user = app.users["kofi"]
    async with api(app, "kofi") as client:
        await client.post("users/kofi/server", timeout=160)
        if starting := user.spawner._spawn_future:
            await starting
    headers = {"Authorization": f"token {user.new_api_token()}"}
    url = user.spawner.server.url
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as server:
        made = await server.post("api/kernels", json={"name": "python3"})
        await _sleep_in(url, headers, made.json()["id"])
    left_at = datetime.now(UTC)
    later = left_at + timedelta(seconds=5)
    async with asyncio.timeout(90):
        while True:
            report = await report_of(app, "kofi")
            if report and report.worked_at and report.worked_at > later:
                break
            await asyncio.sleep(0.2)
        assert "kernel" in report.kinds
        assert report.touched_at < later
        while user.spawner.orm_spawner.last_activity.replace(tzinfo=UTC) <= later:
            await asyncio.sleep(0.2)


async def _sleep_in(url: str, headers: dict[str, str], kernel: str) -> None:
    """Run a cell that says nothing for ten minutes, and go."""
    address = f"{url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?session_id=abc"
    socket = await websocket_connect(HTTPRequest(address, headers=headers, connect_timeout=30))
    await socket.write_message(json.dumps(execution("import time; time.sleep(600)")))
    await until(socket, lambda words: words["msg_type"] == "execute_input")
    socket.close()
