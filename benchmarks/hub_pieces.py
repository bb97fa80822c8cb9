"""Parts of a hub under measurement: a proxy and a spawner that do nothing, so the Hub is measured.

Both hubs of a comparison use them, and the tests use the proxy. Requests go to the Hub directly;
every "server" is the one that the benchmark runs (``BENCH_SERVER``, host:port). What a server needs
to ask the Hub who is there (its OAuth client) is left for it in the folder ``BENCH_CLIENTS``.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from jupyterhub.proxy import Proxy
from jupyterhub.spawner import Spawner


class MemoryProxy(Proxy):
    """A route table without a proxy."""

    should_start = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.routes: dict[str, dict[str, Any]] = {}

    async def get_all_routes(self) -> dict[str, dict[str, Any]]:
        return dict(self.routes)

    async def add_route(self, routespec: str, target: str, data: dict[str, Any]) -> None:
        self.routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self.routes.pop(routespec, None)


def _leave(name: str, client: dict[str, str]) -> None:
    Path(os.environ["BENCH_CLIENTS"], name).write_text(json.dumps(client))


class NothingSpawner(Spawner):
    """Starts nothing: every server is the benchmark's own. ``BENCH_START_S`` keeps it waiting."""

    is_up = False

    async def start(self) -> tuple[str, int]:
        env = self.get_env()
        client = {
            "client_id": env["JUPYTERHUB_CLIENT_ID"],
            "client_secret": env["JUPYTERHUB_API_TOKEN"],
            "redirect_uri": env["JUPYTERHUB_OAUTH_CALLBACK_URL"],
        }
        _leave(self.user.name, client)
        await asyncio.sleep(float(os.environ.get("BENCH_START_S", "0")))
        host, _, port = os.environ["BENCH_SERVER"].partition(":")
        self.is_up = True
        return host, int(port)

    async def stop(self, now: bool = False) -> None:
        self.is_up = False

    async def poll(self) -> int | None:
        return None if self.is_up else 0
