"""Inside each person's server: tells the Hub what the server does.

*Work* is what the server computes or sends, with or without a browser. *Touch* is what a person
does. A page that is open and asks for news by itself is neither.

This one file needs nothing but what Jupyter's own server has, so that it can be put into an image
by itself, also into an old one: it keeps to what Python 3.8 knows.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import os
import random
import re
import termios
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakSet

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.ioloop import IOLoop
from tornado.web import OutputTransform, authenticated

#: Seconds between two looks at what the server does, and percent of a core that a process uses
#: in between to count as working; unless the server's environment says otherwise. Workers of Dask
#: that wait use 4.
_LOOK_S, _BUSY_PERCENT = 30.0, 10.0
#: Looks after which the Hub hears of more use, and without any use that this server is there. Of
#: use after such a while without any it hears at once: this server may be about to be stopped.
_NEWS, _STILL_HERE = 4, 20
#: Seconds for which JupyterLab may go on to save by itself what a kernel has printed.
_SAVES_ITSELF_S = 180.0
#: A download that is not called one.
_LARGE_BYTES = 1_000_000
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_TIMEOUT_S = 10.0
_CERTIFICATES = {"client_cert": "CERTFILE", "client_key": "KEYFILE", "ca_certs": "CLIENT_CA"}
_READS = {"GET", "HEAD", "OPTIONS"}
#: What only a person changes: in Jupyter, with us, and in RStudio. Extensions poll by POST, too.
_BY_HAND = re.compile(
    r"/(api/(contents|kernels|sessions|terminals)(/|$)|catalyst-hub/|(rstudio|proxy/\d+)/rpc/)"
)
#: Sizes of what VS Code and remote desktops send by themselves, to be there and to be up to date.
_HEARTBEATS = {13, 10}


class Signs:
    """When the server last worked, by kind, and when a person last used it.

    By a clock that nobody sets, and said as ages: the Hub's clock may differ from ours.
    """

    def __init__(self) -> None:
        self._worked: dict[str, float] = {}
        self._touched = self._opened = 0.0
        self._downloads: WeakSet[Any] = WeakSet()
        self.when_touched: Callable[[], None] = lambda: None

    def work(self, kind: str, age: float = 0.0) -> None:
        """Something of this kind worked so many seconds ago."""
        self._worked[kind] = max(time.monotonic() - max(age, 0.0), self._worked.get(kind, 0.0))

    def touch(self) -> None:
        """A person does something."""
        self._touched = time.monotonic()
        self.when_touched()

    def open(self) -> None:
        """A page is open somewhere."""
        self._opened = time.monotonic()

    def answered(self, request: Any, headers: Mapping[str, str]) -> None:
        """Somebody was served what was asked for."""
        if request.method in _READS and _is_download(request.path, headers):
            self._downloads.add(request.connection.stream)
        if request.path.endswith("/catalyst-hub/notices"):
            self.open()
        if _is_by_hand(request) and not self._saves_itself(request):
            self.touch()

    def _saves_itself(self, request: Any) -> bool:
        """Whether it may be JupyterLab that keeps a notebook in which a kernel prints."""
        ago = time.monotonic() - self._worked.get("kernel", -_SAVES_ITSELF_S)
        is_notebook = request.method == "PUT" and request.path.endswith(".ipynb")
        return is_notebook and ago < _SAVES_ITSELF_S

    def look_at_downloads(self) -> None:
        """Those whose bytes are still on their way, however slow the line."""
        for stream in list(self._downloads):
            if stream.closed() or not stream.writing():
                self._downloads.discard(stream)
            else:
                self.work("download")

    @property
    def instants(self) -> tuple[float, float, float]:
        """The last work, touch, and open page; 0: none."""
        return max(self._worked.values(), default=0.0), self._touched, self._opened

    def words(self, look_s: float) -> dict[str, Any]:
        """For the Hub; ``kinds`` is what worked last, within one look."""
        now, signs = time.monotonic(), zip(("worked", "touched", "open"), self.instants)
        since = self.instants[0] - look_s
        kinds = [kind for kind, at in sorted(self._worked.items()) if at >= since]
        return {"kinds": kinds, **{word: int(now - at) if at else None for word, at in signs}}


def _is_by_hand(request: Any) -> bool:
    """Something changes, or a page is gone to."""
    if request.method in _READS:
        return bool(request.headers.get("Sec-Fetch-Dest") == "document")
    return bool(_BY_HAND.search(request.path))


def _is_download(path: str, headers: Mapping[str, str]) -> bool:
    length = headers.get("Content-Length", "")
    is_large = length.isdecimal() and int(length) > _LARGE_BYTES
    is_named = headers.get("Content-Disposition", "").lower().startswith("attachment")
    return is_large or is_named or "/files/" in path


def _watch(signs: Signs) -> type[OutputTransform]:
    """For Tornado, which makes one for each request; it changes nothing of an answer."""

    class Watch(OutputTransform):
        def __init__(self, request: Any) -> None:
            self._request = request

        def transform_first_chunk(
            self, status_code: int, headers: Any, chunk: bytes, finishing: bool
        ) -> tuple[int, Any, bytes]:
            if 200 <= status_code < 300:
                signs.answered(self._request, headers)
            return status_code, headers, chunk

    return Watch


class _Process(NamedTuple):
    """``key``: numbers are given again, later. ``ticks``: also of children it has waited for."""

    pid: int
    parent: int
    key: tuple[int, int]
    ticks: int


class Processes:
    """What runs in this server besides Jupyter itself: kernels, what they and terminals have
    started, and programs behind a proxy. Only Linux tells."""

    def __init__(self, session: str, busy_percent: float) -> None:
        self.can_see = Path("/proc/self/stat").exists()
        self._mark = f"CATALYST_SESSION={session}".encode() if session else None
        self._busy_percent = busy_percent
        self._is_ours: dict[tuple[int, int], bool] = {}
        self._before: dict[tuple[int, int], int] | None = None
        self._looked_at = 0.0

    def are_busy(self) -> bool:
        """Whether one of them has computed noticeably since the last look. Takes milliseconds."""
        alive = _alive()
        jupyter = set(_and_above(os.getpid(), alive))
        now, before = time.monotonic(), self._before
        known = {one.key: self._belongs(one, alive) for one in alive.values()}
        ours = [one for one in alive.values() if known[one.key] and one.pid not in jupyter]
        least = (now - self._looked_at) * _TICKS_PER_S * self._busy_percent / 100
        self._is_ours, self._looked_at = known, now
        self._before = {one.key: one.ticks for one in ours}
        return before is not None and any(
            one.ticks - before.get(one.key, 0) > least for one in ours
        )

    def _belongs(self, one: _Process, alive: Mapping[int, _Process]) -> bool:
        """One that was started from here still does when what started it is gone."""
        if one.key in self._is_ours:
            return self._is_ours[one.key]
        return os.getpid() in _and_above(one.pid, alive) or self._is_marked(one.pid)

    def _is_marked(self, pid: int) -> bool:
        with suppress(OSError):
            return self._mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return False


def _alive() -> dict[int, _Process]:
    """This account's processes; other people's are never looked at."""
    found = {}
    for entry in os.scandir("/proc"):
        with suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == os.getuid():
                # The name in brackets before may hold anything.
                words = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()
                pid, ticks = int(entry.name), sum(map(int, words[11:15]))
                found[pid] = _Process(pid, int(words[1]), (pid, int(words[19])), ticks)
    return found


def _and_above(pid: int, alive: Mapping[int, _Process]) -> list[int]:
    """A process, what has started it, and so on."""
    line: list[int] = []
    while pid in alive and pid not in line:
        line.append(pid)
        pid = alive[pid].parent
    return line


def _is_terminal_busy(terminal: Any, look_s: float) -> bool:
    """Whether a program runs in the foreground that waits for nobody at the keyboard, or one in
    the background prints. Editors, pagers and prompts take single keys: they wait."""
    try:
        front, shell = os.tcgetpgrp(terminal.ptyproc.fd), os.getpgid(terminal.ptyproc.pid)
        takes_lines = termios.tcgetattr(terminal.ptyproc.fd)[3] & termios.ICANON
    except (OSError, termios.error):
        return False
    prints = _since(terminal.last_activity) <= look_s
    return bool(takes_lines) if front != shell else prints


def _since(at: datetime) -> float:
    return (datetime.now(timezone.utc) - at).total_seconds()


class Hub:
    """The Hub that started this server, as the server's environment names it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._url = environment["JUPYTERHUB_API_URL"].rstrip("/") + "/catalyst/report"
        headers = {"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"}
        self._options: dict[str, Any] = {"headers": headers, "request_timeout": _TIMEOUT_S}
        for name, ending in _CERTIFICATES.items():
            if path := environment.get(f"JUPYTERHUB_SSL_{ending}"):
                self._options[name] = path

    async def report(self, words: Mapping[str, Any]) -> bool:
        """Say how the server is used. False: the Hub was away or busy, and is to hear it again."""
        options = {"body": json.dumps(words), "follow_redirects": False, **self._options}
        request = HTTPRequest(self._url, "POST", **options)
        answer = await AsyncHTTPClient().fetch(request, raise_error=False)
        return answer.code < 500 and answer.code != HTTPStatus.TOO_MANY_REQUESTS


class Reporter:
    """Looks again and again at what the server does, and tells the Hub what is new. One that is
    away is simply told the next time."""

    def __init__(self, server: Any, hub: Hub, signs: Signs, environment: Mapping[str, str]) -> None:
        self._server, self._hub, self._signs = server, hub, signs
        self._name = environment.get("JUPYTERHUB_SERVER_NAME", "")
        self._look_s = float(environment.get("CATALYST_LOOK_SECONDS") or _LOOK_S)
        percent = float(environment.get("CATALYST_BUSY_PERCENT") or _BUSY_PERCENT)
        self._processes = Processes(environment.get("CATALYST_SESSION", ""), percent)
        self._told_at, self._told = -_STILL_HERE * self._look_s, (0.0, 0.0, 0.0)
        self._is_away = False

    async def run(self) -> None:
        """As long as the server runs. Not all servers of a hub at the same time."""
        touched = asyncio.Event()
        self._signs.when_touched = partial(self._look_at_once, touched)
        while True:
            with suppress(asyncio.TimeoutError):
                pause_s = self._look_s * random.uniform(0.8, 1.2)  # noqa: S311 no secret
                await asyncio.wait_for(touched.wait(), pause_s)
            touched.clear()
            try:
                await self._look()
                await self._tell()
            except Exception:
                self._server.log.exception("catalyst-hub: a look at this server failed")

    def _look_at_once(self, touched: asyncio.Event) -> None:
        if self._is_back() and not self._is_away:
            touched.set()

    def _is_back(self) -> bool:
        """Whether there is something of which the Hub knows as long past."""
        news_s = _NEWS * self._look_s
        return any(at - told > news_s for at, told in zip(self._signs.instants, self._told))

    async def _look(self) -> None:
        await self._look_at_kernels()
        self._look_at_terminals()
        self._signs.look_at_downloads()
        if self._processes.can_see:
            loop = asyncio.get_running_loop()
            if await loop.run_in_executor(None, self._processes.are_busy):
                self._signs.work("process")
        if used_at := max(self._signs.instants[:2]):
            ago = timedelta(seconds=time.monotonic() - used_at)
            # Jupyter tells the Hub the latest of all settings that end so.
            key = "catalyst_hub_last_activity"
            self._server.web_app.settings[key] = datetime.now(timezone.utc) - ago

    async def _look_at_kernels(self) -> None:
        """A computation counts while it says nothing; what a kernel says, whenever it does."""
        models = self._server.kernel_manager.list_kernels()
        for model in await models if inspect.isawaitable(models) else models:
            said_at = datetime.fromisoformat(model["last_activity"].replace("Z", "+00:00"))
            is_busy = model["execution_state"] == "busy"
            self._signs.work("kernel", 0.0 if is_busy else _since(said_at))
            if model["connections"]:
                self._signs.open()

    def _look_at_terminals(self) -> None:
        manager = self._server.web_app.settings.get("terminal_manager")
        for terminal in list(manager.terminals.values()) if manager else ():
            if _is_terminal_busy(terminal, self._look_s):
                self._signs.work("terminal")
            if terminal.clients:
                self._signs.open()

    async def _tell(self) -> None:
        now, instants = time.monotonic(), self._signs.instants
        looks = _NEWS if max(instants) > max(self._told) else _STILL_HERE
        if now - self._told_at < looks * self._look_s and not self._is_back():
            return
        unknown = [] if self._processes.can_see else ["process"]
        words = {"server": self._name, **self._signs.words(self._look_s), "unknown": unknown}
        self._is_away = not await self._hub.report(words)
        if not self._is_away:
            self._told_at, self._told = now, instants


def _listen(handler: type, heard: Callable[[Any], None]) -> None:
    """Hear what comes in by a websocket, too: Jupyter has no hook for that."""
    original = handler.on_message  # type: ignore[attr-defined]

    def on_message(self: Any, message: Any) -> Any:
        heard(message)
        return original(self, message)

    handler.on_message = on_message  # type: ignore[attr-defined]


def _listen_to_people(signs: Signs) -> None:
    """Cells that are run, answers to a program that asks, and keys in terminals and in programs
    behind the proxy."""

    def from_notebook(message: str | bytes) -> None:
        said = message.encode() if isinstance(message, str) else message
        if b"execute_request" in said or b"input_reply" in said:
            signs.touch()

    def from_terminal(message: str) -> None:
        if message.startswith('["stdin"'):
            signs.touch()

    def from_proxied(message: str | bytes) -> None:
        signs.open()
        if len(message) not in _HEARTBEATS:
            signs.touch()

    for name, handler, heard in (
        ("jupyter_server.services.kernels.websocket", "KernelWebsocketHandler", from_notebook),
        ("jupyter_server_terminals.handlers", "TermSocket", from_terminal),
        ("jupyter_server_proxy.handlers", "ProxyHandler", from_proxied),
    ):
        # Other people's images have other versions, or none.
        with suppress(ImportError, AttributeError):
            _listen(getattr(import_module(name), handler), heard)


class TouchHandler(JupyterHandler):
    """``catalyst-hub/touch``: somebody uses mouse or keys, which counts as done by hand."""

    @authenticated
    def post(self) -> None:
        """204."""
        self.set_status(HTTPStatus.NO_CONTENT)


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server when it starts; one that no hub has started is left as it is, and
    one to which this file was given twice does everything once."""
    app, signs = server.web_app, Signs()
    if not {"JUPYTERHUB_API_URL", "JUPYTERHUB_API_TOKEN"} <= os.environ.keys():
        return
    if app.settings.setdefault("catalyst_hub_signs", signs) is not signs:
        return
    address = url_path_join(app.settings["base_url"], "catalyst-hub", "touch")
    app.add_handlers(".*$", [(address, TouchHandler)])
    app.add_transform(_watch(signs))
    _listen_to_people(signs)
    IOLoop.current().add_callback(Reporter(server, Hub(os.environ), signs, os.environ).run)
