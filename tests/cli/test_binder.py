"""The demo behind another server, as Binder runs it: binder/'s own configuration, a real proxy."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support.demo import START_S, free_port, until
from tests.support.plain_client import PlainClient

ROOT = Path(__file__).parents[2]
BASE = "/user/somebody/"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a Jupyter server that starts the demo when it is asked for it."""
    port = free_port()
    env = os.environ | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "JUPYTER_CONFIG_PATH": str(ROOT / "binder"),
        "XDG_DATA_HOME": str(tmp_path),
        "HOME": str(tmp_path),
    }
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"]
    options = {"port": port, "base_url": BASE, "port_retries": 0, "root_dir": tmp_path}
    settings = [f"--ServerApp.{name}={value}" for name, value in options.items()]
    process = subprocess.Popen([*command, *settings, "--IdentityProvider.token="], env=env)
    url = f"http://127.0.0.1:{port}{BASE}"
    try:
        until(lambda: _answers(f"{url}api"), START_S)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


async def test_a_visitor_of_binder_signs_in_and_sees_the_picker_and_the_champions_pages(
    server: str,
) -> None:
    async with PlainClient(f"{server}catalyst/") as kofi:
        page = await kofi.get("")
        form = next(form for form in page.forms if form.fields.get("username") == "kofi")
        picker = await kofi.post(form)
        assert picker.path == f"{BASE}catalyst/hub/spawn"
        assert "Savanna Genomics" in picker.text
        use = await kofi.get(f"{BASE}catalyst/services/catalyst/use")
        async with asyncio.timeout(START_S):
            while use.status == 202:  # the champions' pages say so while they load
                await asyncio.sleep(1)
                use = await kofi.get(f"{BASE}catalyst/services/catalyst/use")
        assert (use.status, use.path) == (200, f"{BASE}catalyst/services/catalyst/use")
