"""Everything of one's own as one file, made while it is sent, for its owner alone."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from catalyst_hub.takeaway import zipped
from tests.hub.conftest import free_port
from tests.hub.test_notices_in_server import CONFIG

ADDRESS = "catalyst-hub/files.zip"


def unpacked(pieces: list[bytes]) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_all_files_are_in_it_under_their_own_names(tmp_path: Path) -> None:
    (tmp_path / "work" / "más").mkdir(parents=True)
    (tmp_path / "work" / "más" / "año.txt").write_text("ñ")
    (tmp_path / ".hidden").write_text("too")
    (tmp_path / "empty").touch()
    os.utime(tmp_path / "empty", (0, 0))
    found = unpacked(list(zipped(tmp_path)))
    assert found == {".hidden": b"too", "empty": b"", "work/más/año.txt": "ñ".encode()}


def test_links_and_what_is_no_file_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "secret").write_text("another's")
    (tmp_path / "home" / "out").symlink_to(tmp_path / "secret")
    (tmp_path / "home" / "round").symlink_to(tmp_path / "home")
    os.mkfifo(tmp_path / "home" / "pipe")
    (tmp_path / "home" / "mine").write_text("mine")
    assert unpacked(list(zipped(tmp_path / "home"))) == {"mine": b"mine"}


def test_a_file_that_goes_meanwhile_does_not_cost_the_rest(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(os.urandom(2**20))
    (tmp_path / "b").write_text("gone")
    (tmp_path / "c").write_text("there")
    pieces = zipped(tmp_path)
    first = next(pieces)
    (tmp_path / "b").unlink()
    assert set(unpacked([first, *pieces])) == {"a", "c"}


def test_a_name_that_is_no_text_costs_neither_its_file_nor_the_rest(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xf1o.txt")).write_text("1999")
    (tmp_path / "z").write_text("rest")
    assert unpacked(list(zipped(tmp_path))) == {"a?o.txt": b"1999", "z": b"rest"}


def test_no_name_leads_out_of_the_folder_into_which_it_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "..\\..\\evil.bat").write_text("of a folder that others write")
    assert list(unpacked(list(zipped(tmp_path)))) == [".._.._evil.bat"]


def test_a_link_that_comes_after_the_look_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("another's")
    home = tmp_path / "home"
    home.mkdir()
    (home / "changes").write_text("mine")
    look = Path.lstat

    def change(path: Path) -> os.stat_result:
        seen = look(path)
        path.unlink()
        path.symlink_to(tmp_path / "secret")
        return seen

    monkeypatch.setattr(Path, "lstat", change)
    assert unpacked(list(zipped(home))) == {}


def test_it_is_sent_in_pieces_and_never_held_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(os.urandom(8 * 2**20))
    assert max(map(len, zipped(tmp_path))) < 2**20


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[str]:
    """The address of kofi's server, whose home has one file."""
    home, port = tmp_path / "home", free_port()
    home.mkdir()
    (home / "work.txt").write_text("mine")
    config = CONFIG.replace("catalyst_hub.singleuser", "catalyst_hub.takeaway")
    (tmp_path / "jupyter_server_config.py").write_text(config)
    environment = os.environ | {
        "JUPYTERHUB_USER": "kofi",
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0",
        env=environment, cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}/{ADDRESS}"
    try:
        await asyncio.wait_for(_until_up(address), 60)
        yield address
    finally:
        process.kill()
        await process.wait()


async def _until_up(address: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(address)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


async def test_the_owner_takes_everything_along_and_a_guest_nothing(server: str) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(server, headers={"X-Who": "kofi"})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert unpacked([answer.content])["work.txt"] == b"mine"
        assert (await client.get(server, headers={"X-Who": "lucia"})).status_code == 404
        assert (await client.get(server)).status_code in {302, 403}
