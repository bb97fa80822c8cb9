from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from catalyst_hub.hub.supervised_traefik import SupervisedTraefikProxy
from tests.support.demo import until

TOKEN = "a-token-for-this-test-only"
CONFIG = """
import sys
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.db_url = "sqlite:///hub.sqlite"
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home-{{username}}"
# These servers have nothing to save: without this each would be waited for, up to 20 s.
c.LocalProcessSpawner.interrupt_timeout = 1
c.LocalProcessSpawner.term_timeout = 1
c.LocalProcessSpawner.kill_timeout = 1
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.tests.mocksu"]
c.JupyterHub.services = [dict(name="tester", api_token="{token}")]
c.JupyterHub.load_roles = [
    dict(name="tester", services=["tester"], scopes=["admin:users", "admin:servers"])
]
c.JupyterHub.proxy_class = "catalyst_hub.hub.supervised_traefik.SupervisedTraefikProxy"
c.SupervisedTraefikProxy.traefik_api_url = "http://127.0.0.1:{api}"
c.SupervisedTraefikProxy.traefik_api_password = "only-here"
c.SupervisedTraefikProxy.extra_static_config = {{
    "global": {{"checkNewVersion": False, "sendAnonymousUsage": False}}
}}
"""


@dataclass
class Hub:
    process: subprocess.Popen[bytes]
    client: httpx.Client

    def traefik(self) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        alive = [c for c in children if c.status() != psutil.STATUS_ZOMBIE]
        return next((c for c in alive if "traefik" in c.name()), None)

    def get(self, path: str) -> httpx.Response | None:
        """The answer through the proxy; None where nobody answers."""
        try:
            return self.client.get(path)
        except httpx.TransportError:
            return None


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    public, hub_port, api = free_ports(3)
    config = CONFIG.format(public=public, hub=hub_port, api=api, token=TOKEN, folder=tmp_path)
    (tmp_path / "jupyterhub_config.py").write_text(config)
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub"],
            cwd=tmp_path, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    headers = {"Authorization": f"token {TOKEN}"}
    client = httpx.Client(base_url=f"http://127.0.0.1:{public}", headers=headers, timeout=20)
    try:
        yield Hub(process, client)
    finally:
        client.close()
        children = psutil.Process(process.pid).children() if process.poll() is None else []
        end(process)
        for child in children:  # a hub that was stopped while it started leaves them behind
            if child.is_running():
                child.kill()


def end(process: subprocess.Popen[bytes]) -> None:
    """Clean up after any test; that a hub ends by itself is asserted in a test of its own."""
    process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def start_server(hub: Hub, name: str) -> str:
    until(lambda: (r := hub.get("/hub/health")) is not None and r.status_code == 200)
    assert hub.client.post(f"/hub/api/users/{name}").status_code == 201
    assert hub.client.post(f"/hub/api/users/{name}/server").status_code in (201, 202)
    until(lambda: hub.client.get(f"/hub/api/users/{name}").json()["server"])
    return str(hub.client.get(f"/hub/api/users/{name}").json()["servers"][""]["started"])


def test_a_killed_traefik_comes_back_and_servers_survive(hub: Hub) -> None:
    started = start_server(hub, "kofi")
    first = hub.traefik()
    assert first is not None
    first.send_signal(signal.SIGKILL)
    until(lambda: hub.get("/user/kofi/api") is None)
    until(lambda: (r := hub.get("/user/kofi/api")) is not None and r.status_code == 200)
    second = hub.traefik()
    assert second is not None
    assert second.pid != first.pid
    servers = hub.client.get("/hub/api/users/kofi").json()["servers"]
    assert servers[""]["started"] == started
    assert servers[""]["ready"]


def test_a_server_started_after_the_restart_is_reached(hub: Hub) -> None:
    start_server(hub, "kofi")
    first = hub.traefik()
    assert first is not None
    first.send_signal(signal.SIGKILL)
    until(lambda: hub.traefik() is not None and hub.traefik() != first)
    start_server(hub, "lucia")
    response = hub.get("/user/lucia/api")
    assert response is not None
    assert response.status_code == 200


def test_stopping_the_hub_stops_traefik_for_good(hub: Hub) -> None:
    start_server(hub, "kofi")
    traefik = hub.traefik()
    assert traefik is not None
    hub.process.terminate()
    until(lambda: hub.process.poll() is not None)
    assert not traefik.is_running()
    assert hub.get("/hub/health") is None


class Failing(SupervisedTraefikProxy):
    """Its Traefik is a process that cannot start, counted."""

    starts = 0

    def _start_traefik(self) -> None:
        type(self).starts += 1
        self.traefik_process = subprocess.Popen([sys.executable, "-c", "raise SystemExit(1)"])


async def test_a_traefik_that_cannot_start_is_not_started_in_a_tight_loop() -> None:
    proxy = Failing(check_running_interval=0.1)
    proxy._start_traefik()
    watch = asyncio.create_task(proxy._keep_running())
    await asyncio.sleep(2)
    # Pauses of 0.1, 0.2, 0.4, 0.8 s beside each process's own life.
    assert Failing.starts <= 6
    async with asyncio.timeout(60):
        while Failing.starts < 3:
            await asyncio.sleep(0.1)
    watch.cancel()
