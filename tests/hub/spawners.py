"""Servers that cost nothing: one that is up at once, one that never is."""

from __future__ import annotations

import asyncio
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from jupyterhub.spawner import Spawner

from catalyst_hub.hub.spawner import CatalystSpawnerMixin


class _Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


class NothingSpawner(Spawner):
    """Starts nothing: one thread answers for every server."""

    is_up = False
    _answering: ThreadingHTTPServer | None = None

    async def start(self) -> tuple[str, int]:
        if NothingSpawner._answering is None:
            NothingSpawner._answering = ThreadingHTTPServer(("127.0.0.1", 0), _Empty)
            Thread(target=NothingSpawner._answering.serve_forever, daemon=True).start()
        self.is_up = True
        return "127.0.0.1", NothingSpawner._answering.server_port

    async def stop(self, now: bool = False) -> None:
        self.is_up = False

    async def poll(self) -> int | None:
        return None if self.is_up else 0


class AdmittedNothingSpawner(CatalystSpawnerMixin, NothingSpawner):
    """Admission and ledger as ever."""


class _NeverUp(NothingSpawner):
    async def start(self) -> tuple[str, int]:
        self.is_up = True
        await asyncio.Event().wait()
        raise AssertionError("nobody sets the event")


class NeverUpSpawner(CatalystSpawnerMixin, _NeverUp):
    """Admitted, then pending for ever."""
