"""Real servers of Jupyter's, each with its own look at itself, and a hub that writes down what they
say of themselves."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from tornado.httpclient import HTTPRequest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClientConnection, websocket_connect

from catalyst_hub.data_files import share_dir
from tests.hub.conftest import free_port
from tests.support.kernels import PATIENCE_S, execution, until

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "put-our-files-into-images.md"
#: Seconds without work after which a server is idle here.
QUIET_S = 5
_LOOK_S = 0.5
FULL_HOME = "When this server started, your home directory was full"

#: Computes about half of the time, as long as its server's file is there.
BURN = (
    "import os, time; file = os.path.expanduser('~/burning')\n"
    "while os.path.exists(file): sum(range(200000)); time.sleep(.005)\n"
)

CONFIG = """
from jupyter_server.auth import IdentityProvider, User

class Everybody(IdentityProvider):
    async def get_user(self, handler):
        return User(username="kofi")

c.ServerApp.identity_provider_class = Everybody
c.ServerApp.disable_check_xsrf = True
c.ServerApp.allow_root = True
c.ServerApp.open_browser = False
c.ServerProxy.servers = {"burning": {"command": %r, "timeout": 60}}
"""
#: As in an image that others have built: no catalyst-hub is installed there.
_ELSEWHERE = """
import runpy, sys
sys.modules["catalyst_hub"] = None
runpy.run_module(sys.argv.pop(1), run_name="__main__")
"""
_PROXIED = """
import os, sys, threading
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

# A server that is killed does not end what it has started.
parent = os.getppid()
PeriodicCallback(lambda: os.getppid() == parent or os._exit(0), 1000).start()

class Page(RequestHandler):
    def get(self):
        threading.Thread(target=exec, args=(os.environ["BURN"],), daemon=True).start()

class Socket(WebSocketHandler):
    def on_message(self, message):
        self.write_message(message, binary=True)

Application([("/", Page), ("/socket", Socket)]).listen(int(sys.argv[1]), "127.0.0.1")
IOLoop.current().start()
"""


@dataclass
class Report:
    """What a server said, and when that arrived."""

    at: float
    words: dict[str, Any]

    def age(self, word: str) -> float:
        """In seconds; infinite: never."""
        age = self.words[word]
        return float("inf") if age is None else float(age)

    def is_since(self, word: str, moment: float) -> bool:
        """Whether it was so after that; ages are whole seconds."""
        return self.at - self.age(word) >= moment - 0.5


@dataclass
class Server:
    """One of them, and all it has said."""

    url: str
    folder: Path
    reports: list[Report] = field(default_factory=list)
    #: How often its hub is still away when it asks.
    away: int = 0
    #: What its hub has to say, in which language, and which of it its owner has put off.
    notices: list[dict[str, Any]] = field(default_factory=list)
    language: str = "en"
    kept: list[str] = field(default_factory=list)

    async def said(self, what: Callable[[Report], bool], *, after_s: float = 0) -> Report:
        """The first report of which this is true and which comes so many seconds from now."""
        since = time.monotonic() + after_s
        while time.monotonic() < since + PATIENCE_S:
            for report in self.reports:
                if report.at >= since and what(report):
                    return report
            await asyncio.sleep(0.1)
        raise AssertionError(f"{self.folder.name} never said so, but: {self.reports[-3:]}")

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async with httpx.AsyncClient(timeout=60) as client:
            answer = await client.request(method, self.url + path, **options)
        answer.raise_for_status()
        return answer

    async def socket(self, path: str) -> WebSocketClientConnection:
        return await websocket_connect(
            HTTPRequest(self.url.replace("http", "ws") + path, connect_timeout=30)
        )

    async def kernel(self, code: str = "") -> str:
        """The number of a new kernel that was told to run this, by somebody who then left."""
        made = await self.ask("POST", "api/kernels", json={"name": "python3"})
        number: str = made.json()["id"]
        if code:
            socket = await self.socket(f"api/kernels/{number}/channels?session_id=abc")
            await socket.write_message(json.dumps(execution(code)))
            await until(socket, lambda words: words["msg_type"] == "execute_input")
            socket.close()
        return number

    async def terminal(self, line: str) -> str:
        """The name of a new terminal in which somebody typed this, and left."""
        name: str = (await self.ask("POST", "api/terminals")).json()["name"]
        socket = await self.socket(f"terminals/websocket/{name}")
        await socket.write_message(json.dumps(["stdin", line + "\r"]))
        await until(socket, lambda words: words[0] == "stdout" and line[:5] in words[1])
        socket.close()
        return name


class _Hub(RequestHandler):
    """Knows each server by its token."""

    servers: dict[str, Server]

    def initialize(self, servers: dict[str, Server]) -> None:
        self.servers = servers

    def post(self) -> None:
        server = self.servers[self.request.headers["Authorization"].removeprefix("token ")]
        if server.away:
            server.away -= 1
            self.set_status(503)
            return
        if self.request.path.endswith("/keep"):
            server.kept.append(self.request.path)
            server.notices = [notice | {"keep": None} for notice in server.notices]
            self.get()
            return
        server.reports.append(Report(time.monotonic(), json.loads(self.request.body)))
        self.set_status(204)

    def get(self) -> None:
        note = {"id": "home/full", "sentence": FULL_HOME, "keep": None, "ask": None}
        is_full = self.get_query_argument("full_home", "") == "nairobi"
        server = self.servers[self.request.headers["Authorization"].removeprefix("token ")]
        notices = [*([note] if is_full else []), *server.notices]
        self.finish({"language": server.language, "notices": notices})


StartServer = Callable[..., Any]


@pytest.fixture
async def start_server(tmp_path: Path) -> AsyncIterator[StartServer]:
    """``await start_server("name", "jupyterlab")``: up, and about to look at itself."""
    servers: dict[str, Server] = {}
    hub, port = HTTPServer(Application([(r".*", _Hub, {"servers": servers})])), free_port()
    hub.listen(port, "127.0.0.1")
    mounted = mount(tmp_path)
    async with AsyncExitStack() as stack:

        async def start(name: str, module: str = "jupyter_server", **variables: str) -> Server:
            folder = tmp_path / name
            folder.mkdir()
            environment = _environment(name, folder, port) | variables
            environment |= dict.fromkeys(("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"), str(mounted))
            running = _running(name, module, folder, environment, servers)
            return await stack.enter_async_context(running)

        yield start
    hub.stop()


def _environment(name: str, folder: Path, hub_port: int) -> dict[str, str]:
    return os.environ | {
        "JUPYTERHUB_API_URL": f"http://127.0.0.1:{hub_port}/hub/api",
        "JUPYTERHUB_API_TOKEN": name,
        "JUPYTERHUB_USER": "kofi",
        "JUPYTERHUB_SERVER_NAME": name,
        "CATALYST_SESSION": uuid.uuid4().hex,
        "CATALYST_LOOK_SECONDS": str(_LOOK_S),
        "CATALYST_BUSY_PERCENT": "10",
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_RUNTIME_DIR": str(folder),
        "SHELL": "/bin/bash",
        "BURN": BURN,
    }


def mount(folder: Path) -> Path:
    """Our files in one folder, as the guide says to lay them out on a machine."""
    mounted = folder / "catalyst-hub"
    script = re.findall(r"^```bash\n(.*?)^```", GUIDE.read_text(), re.M | re.S)[-1]
    script = script.replace("$package/share", str(share_dir()))
    script = script.replace("/opt/catalyst-hub", str(mounted))
    ours = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    subprocess.run(["bash", "-ec", script], check=True, env=os.environ | ours)
    return mounted


@asynccontextmanager
async def _running(
    name: str, module: str, folder: Path, environment: dict[str, str], servers: dict[str, Server]
) -> AsyncIterator[Server]:
    port = free_port()
    command = [sys.executable, "-c", _PROXIED, "{port}"]
    (folder / "jupyter_server_config.py").write_text(CONFIG % (command,))
    (folder / "burning").touch()
    server = servers[name] = Server(f"http://127.0.0.1:{port}/", folder)
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _ELSEWHERE, module, f"--port={port}",
            "--ServerApp.port_retries=0", env=environment, cwd=folder,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        await asyncio.wait_for(_until_up(server), PATIENCE_S)
        yield server
    finally:
        (folder / "burning").unlink()
        # Its kernels and terminals end by themselves when it is gone.
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def _until_up(server: Server) -> None:
    while True:
        with suppress(httpx.TransportError):
            await server.ask("GET", "api/status")
            return
        await asyncio.sleep(0.1)
