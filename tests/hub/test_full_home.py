"""A home without room for one more byte: its owner's server starts all the same."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from catalyst_hub.core.storage import HomeSize
from catalyst_hub.hub.rescue import FLAG, has_room
from catalyst_hub.usecases.record_storage import record_storage
from tests.hub.communities import COMMUNITIES, api, catalyst_config, sign_in
from tests.hub.test_local_spawner import REAL, started

_AS_ROOT = [] if os.getuid() == 0 else ["sudo", "-n"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte, with the homes."""
    homes = tmp_path / "homes"
    homes.mkdir()
    options = ["-t", "tmpfs", "-o", f"size=1m,uid={os.getuid()}", "tmpfs"]
    subprocess.run([*_AS_ROOT, "mount", *options, homes], check=True)
    yield homes
    subprocess.run([*_AS_ROOT, "umount", "--lazy", homes], check=True)


def fill(folder: Path) -> None:
    """Until not one byte more fits."""
    folder.mkdir(exist_ok=True)
    with suppress(OSError), (folder / "thesis.tar").open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    assert not has_room(folder)


def seal(folder: Path) -> None:
    """Not even a folder can be made in it."""
    subprocess.run([*_AS_ROOT, "mount", "-o", "remount,ro", folder], check=True)


def test_whether_there_is_room_is_tried_out_and_leaves_nothing_behind(disk, tmp_path):
    assert has_room(disk)
    assert list(disk.iterdir()) == []
    fill(disk / "kofi")
    assert [path.name for path in (disk / "kofi").iterdir()] == ["thesis.tar"]
    assert not has_room(tmp_path / "nowhere")


def test_trying_out_whether_there_is_room_follows_no_link_out_of_the_home(tmp_path):
    home, precious = tmp_path / "kofi", tmp_path / "precious"
    home.mkdir()
    precious.write_text("untouched")
    (home / f".catalyst-room-{os.getpid()}").symlink_to(precious)
    assert has_room(home)
    assert precious.read_text() == "untouched"


async def test_jupyterlab_starts_in_a_full_home_and_can_delete_what_fills_it(
    start_hub, tmp_path, disk
):
    config = catalyst_config(tmp_path, REAL)
    # JupyterLab takes its time where many tests run at once.
    config.Spawner.http_timeout = config.Spawner.start_timeout = 150
    app = await start_hub(config)
    (disk / "kofi").mkdir()
    fill(disk / "kofi" / "work")
    await sign_in(app, "kofi")
    async with api(app, "kofi") as client:
        answer = await client.post("users/kofi/server")
        assert answer.status_code in {201, 202}, answer.text
    async with asyncio.timeout(170):
        while not app.users["kofi"].spawner.ready:
            await asyncio.sleep(0.2)
    user = app.users["kofi"]
    token = user.new_api_token()
    async with httpx.AsyncClient(
        base_url=user.spawner.server.url, headers={"Authorization": f"token {token}"}, timeout=60
    ) as server:
        listed = (await server.get("api/contents")).json()
        assert "thesis.tar" in {entry["name"] for entry in listed["content"]}
        kernel = await server.post("api/kernels", json={"name": "python3"})
        assert kernel.status_code == 201, kernel.text
        settings = await server.put(
            "lab/api/settings/@jupyterlab/apputils-extension:themes", json={"raw": "{}"}
        )
        assert settings.status_code == 204, settings.text
        assert (await server.delete("api/contents/thesis.tar")).status_code == 204
    assert has_room(disk / "kofi")


async def test_what_a_full_home_keeps_out_goes_with_the_server(start_hub, tmp_path, disk):
    app = await start_hub(catalyst_config(tmp_path))
    fill(disk / "kofi")
    seen = await started(app)
    elsewhere = Path(seen["JUPYTER_RUNTIME_DIR"])
    assert seen[FLAG] == "1"
    assert seen["HOME"] == str(disk / "kofi")
    for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "HISTFILE", "TMPDIR"):
        assert Path(seen[name]).is_relative_to(elsewhere), name
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    assert not elsewhere.exists()


async def test_whoever_works_in_a_server_that_found_the_home_full_is_told_there(
    start_hub, tmp_path, disk
):
    app = await start_hub(catalyst_config(tmp_path))
    fill(disk / "kofi")
    seen = await started(app)
    headers = {"Authorization": f"token {seen['JUPYTERHUB_API_TOKEN']}"}
    url = app.hub.url + "api/catalyst/notices"
    async with httpx.AsyncClient(headers=headers) as server:
        assert (await server.get(url)).json()["notices"] == []
        [note] = (await server.get(f"{url}?full_home={seen['CATALYST_COMMUNITY']}")).json()[
            "notices"
        ]
        assert note["sentence"].startswith("When this server started, your home directory was full")
        [note] = (await server.get(f"{url}?full_home=cordoba")).json()["notices"]
        assert note["sentence"].startswith("Tu directorio personal estaba lleno")
        assert len(note["sentence"]) <= 140


async def test_the_next_start_is_as_ever_once_there_is_room(start_hub, tmp_path, disk):
    app = await start_hub(catalyst_config(tmp_path))
    fill(disk / "kofi")
    assert (await started(app))[FLAG] == "1"
    async with api(app, "kofi") as client:
        await client.delete("users/kofi/server")
    (disk / "kofi" / "thesis.tar").unlink()
    assert FLAG not in await started(app)


async def test_a_newcomer_starts_although_there_is_no_room_for_a_home(start_hub, tmp_path, disk):
    app = await start_hub(catalyst_config(tmp_path))
    seal(disk)
    seen = await started(app)
    assert seen[FLAG] == "1"
    assert seen["HOME"] == seen["JUPYTER_RUNTIME_DIR"]


async def test_with_room_everything_is_where_it_always_was(start_hub, tmp_path, disk):
    seen = await started(await start_hub(catalyst_config(tmp_path)))
    assert FLAG not in seen
    assert "IPYTHONDIR" not in seen


async def test_one_that_was_measured_as_full_is_believed(start_hub, tmp_path):
    limited = COMMUNITIES.replace(
        "    title: Nairobi\n", "    title: Nairobi\n    storage: {limit: 1M}\n"
    )
    config = catalyst_config(tmp_path, limited)
    config.CatalystHub.storage_source = "local"
    config.CatalystHub.storage_place = str(tmp_path / "homes")
    app = await start_hub(config)
    await sign_in(app, "kofi")
    runtime = app.authenticator.runtime
    sizes = {"kofi": HomeSize(2 * 1024**2)}
    await runtime.write(lambda uow: record_storage(uow, runtime.policy, sizes, runtime.now()))
    assert (await started(app))[FLAG] == "1"
