"""Inside a server of Jupyter's: its owner hears what the Hub says, and nobody else who comes in."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from tests.hub.conftest import free_port

#: Jupyter's own way to say who somebody is, here by a header, as the Hub's sign-in would.
CONFIG = """
from jupyter_server.auth import IdentityProvider, User

class ByHeader(IdentityProvider):
    async def get_user(self, handler):
        who = handler.request.headers.get("X-Who")
        return User(username=who) if who else None

c.ServerApp.identity_provider_class = ByHeader
c.ServerApp.jpserver_extensions = {"catalyst_hub.singleuser": True}
c.ServerApp.disable_check_xsrf = True
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
"""


class _Hub(RequestHandler):
    """Answers as the Hub would to the server's token, and remembers who was kept."""

    kept: list[str]

    def initialize(self, kept: list[str]) -> None:
        self.kept = kept

    def get(self) -> None:
        assert self.request.headers["Authorization"] == "token secret"
        self.finish({"language": "en", "notices": [{"id": "abc/quota", "sentence": "soon"}]})

    def post(self) -> None:
        self.kept.append(self.request.path)
        self.get()


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[str, list[str]]]:
    """The address of kofi's server, and what the Hub was asked to keep."""
    kept: list[str] = []
    hub = HTTPServer(Application([(r"/hub/api/catalyst/notices.*", _Hub, {"kept": kept})]))
    hub_port, port = free_port(), free_port()
    hub.listen(hub_port, "127.0.0.1")
    (tmp_path / "jupyter_server_config.py").write_text(CONFIG)
    environment = os.environ | {
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub_port}/hub/api",
        "JUPYTERHUB_API_TOKEN": "secret",
        "JUPYTERHUB_USER": "kofi",
        "JUPYTER_CONFIG_DIR": str(tmp_path),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "jupyter_server", f"--port={port}", "--ServerApp.port_retries=0",
        env=environment, cwd=tmp_path, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}/catalyst-hub/notices"
    try:
        await asyncio.wait_for(_until_up(address), 60)
        yield address, kept
    finally:
        process.kill()
        await process.wait()
        hub.stop()


async def _until_up(address: str) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(address)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
            else:
                return


async def test_the_owner_hears_and_keeps_and_a_guest_does_neither(server):
    address, kept = server
    async with httpx.AsyncClient() as client:

        async def asked(who: str, method: str = "GET", path: str = "") -> httpx.Response:
            return await client.request(method, address + path, headers={"X-Who": who})

        assert [n["id"] for n in (await asked("kofi")).json()["notices"]] == ["abc/quota"]
        guest = await asked("lucia")
        assert (guest.status_code, guest.json()) == (200, {"notices": []})
        assert (await asked("lucia", "POST", "/abc/quota/keep")).status_code == 404
        assert kept == []
        assert (await asked("kofi", "POST", "/abc/quota/keep")).status_code == 200
        assert kept == ["/hub/api/catalyst/notices/abc/quota/keep"]
        for odd in ("/..%2f..%2fusers/quota/keep", "/a@evil.example/quota/keep"):
            assert (await asked("kofi", "POST", odd)).status_code == 404
        assert len(kept) == 1
        assert (await client.get(address, follow_redirects=False)).status_code in {302, 403}
