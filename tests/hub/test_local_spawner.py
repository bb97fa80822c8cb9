"""Servers as processes of this machine: what they may see of the hub's user, and real ones."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any

from catalyst_hub.hub.local_spawner import CatalystLocalSpawner
from tests.hub.communities import api, catalyst_config, sign_in

REAL = """
version: 1
hub: {name: test}
providers:
  demo: {type: demo, personas: [{name: kofi}]}
communities:
  all:
    title: All
    members: [{provider: demo, everyone: true}]
    profiles:
      lab:
        environment: {command: [jupyterhub-singleuser], working_dir: work}
        sizes: {s: {cpu: 1, memory: 1G}}
"""


async def started(app: Any) -> dict[str, str]:
    await sign_in(app, "kofi")
    async with api(app, "kofi") as client:
        assert (await client.post("users/kofi/server")).status_code == 201
        return (await client.get(app.users["kofi"].spawner.server.url)).json()


async def test_a_home_is_ones_own_and_closed(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    seen = await started(app)
    home = Path(seen["HOME"])
    assert home == tmp_path / "homes" / "kofi"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


async def test_nothing_of_the_hubs_user_reaches_a_server(start_hub, tmp_path, monkeypatch):
    for name in ("CATALYST_DATABASE_URL", "JUPYTER_CONFIG_DIR", "SSH_AUTH_SOCK", "SECRET"):
        monkeypatch.setenv(name, "sqlite:///the-hubs-own")
    seen = await started(await start_hub(catalyst_config(tmp_path)))
    assert "the-hubs-own" not in str(seen)
    assert seen["USER"] == "kofi"


async def test_sockets_lie_in_a_short_folder_that_goes_with_the_server(start_hub, tmp_path):
    config = catalyst_config(tmp_path)
    config.CatalystLocalSpawner.homes_dir = str(tmp_path / ("deep" * 20) / ("deeper" * 10))
    app = await start_hub(config)
    seen = await started(app)
    sockets = Path(seen["JUPYTER_RUNTIME_DIR"])
    assert len(str(sockets / "kernel-00000000-0000-0000-0000-000000000000-ipc-5")) < 107
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    assert not sockets.exists()


async def test_a_server_that_died_leaves_no_sockets(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path))
    sockets = Path((await started(app))["JUPYTER_RUNTIME_DIR"])
    spawner = app.users["kofi"].spawner
    spawner.proc.kill()
    spawner.proc.wait()
    await spawner.poll_and_notify()
    assert not sockets.exists()


async def test_a_real_jupyterlab_starts_in_the_folder_of_its_environment(start_hub, tmp_path):
    app = await start_hub(catalyst_config(tmp_path, REAL))
    await sign_in(app, "kofi")
    async with api(app, "kofi") as client:
        assert (await client.post("users/kofi/server", timeout=60)).status_code in {201, 202}
        if starting := app.users["kofi"].spawner._spawn_future:
            await starting
        token = (await client.post("users/kofi/tokens")).json()["token"]
        url = app.users["kofi"].spawner.server.url
        headers = {"Authorization": f"token {token}"}
        made = await client.post(f"{url}api/contents", json={"type": "file"}, headers=headers)
        assert made.status_code == 201
    assert list((tmp_path / "homes" / "kofi" / "work").iterdir())


class _SlowToDie(CatalystLocalSpawner):
    """Is there for a hundred looks."""

    looks = 0

    async def poll(self) -> int | None:
        self.looks += 1
        return None if self.looks <= 100 else 0


async def test_a_server_that_takes_long_to_end_is_not_charged_for_what_nobody_looked(monkeypatch):
    waited: list[float] = []
    sleep = asyncio.sleep

    async def sleep_not(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", sleep_not)
    assert await _SlowToDie(death_interval=0.1).wait_for_death(10)
    assert len(waited) == 100
    assert max(waited) <= 0.2


async def test_a_server_that_does_not_end_is_told_more_firmly():
    assert not await _SlowToDie(death_interval=0.001).wait_for_death(0.01)
