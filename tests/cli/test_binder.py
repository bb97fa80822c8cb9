"""The demo behind another server, as Binder runs it: binder/'s own configuration, a real proxy."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.request import urlopen

import pytest
from jupyter_server_proxy.handlers import RewritableResponse
from tornado.httpclient import HTTPRequest, HTTPResponse
from traitlets.config.loader import PyFileConfigLoader

from tests.support.demo import START_S, free_port, until
from tests.support.plain_client import Page, PlainClient

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "binder" / "jupyter_server_config.py"
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
        process.wait(60)


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
        page = await when_it_is_there(kofi, "")
        form = next(form for form in page.forms if form.fields.get("username") == "kofi")
        picker = await kofi.post(form)
        assert picker.path == f"{BASE}catalyst/hub/spawn"
        assert "Savanna Genomics" in picker.text
        use = await when_it_is_there(kofi, f"{BASE}catalyst/services/catalyst/use")
        assert (use.status, use.path) == (200, f"{BASE}catalyst/services/catalyst/use")


async def when_it_is_there(visitor: PlainClient, path: str) -> Page:
    """The page, once it is no more the one that asks for a moment and is asked for again by
    itself."""
    async with asyncio.timeout(START_S):
        while (page := await visitor.get(path)).refresh:
            await asyncio.sleep(1)
    return page


def test_where_the_hub_is_not_there_yet_the_browser_asks_again():
    [server] = PyFileConfigLoader(str(CONFIG)).load_config().ServerProxy.servers.values()
    answer = HTTPResponse(HTTPRequest(""), 404, buffer=BytesIO(b"404 page not found\n"))
    shown = RewritableResponse(orig_response=answer)
    server["rewrite_response"](shown)
    assert (shown.code, shown.headers["Refresh"]) == (503, "1")
    assert "el hub está arrancando" in shown.body.decode()
