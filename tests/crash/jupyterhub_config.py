"""A hub that an operator could run, except that it kills itself when a file says so."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from jupyterhub.services.service import _ServiceSpawner
from jupyterhub.spawner import LocalProcessSpawner

from benchmarks.hub_pieces import MemoryProxy
from catalyst_hub.core.server_event import ServerEvent
from catalyst_hub.core.session import ServerKey
from catalyst_hub.hub import configure
from catalyst_hub.hub.local_spawner import CatalystLocalSpawner
from catalyst_hub.hub.untold import Untold

c = get_config()  # noqa: F821

folder = Path.cwd()


def instant(name: str) -> None:
    """The hub dies here, without a word, if the test has said so; or waits until it may go on."""
    order = folder / "die-at"
    if order.exists() and order.read_text() == name:
        order.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    wait = folder / f"wait-at-{name}"
    if wait.exists():
        (folder / "waits").touch()
        while wait.exists():
            time.sleep(0.01)


class DyingSpawner(CatalystLocalSpawner):
    async def start(self) -> Any:
        instant("reserved")
        address = await super().start()
        instant("opened")
        return address

    async def run_post_stop_hook(self) -> None:
        await super().run_post_stop_hook()
        instant("closed")


start_process = LocalProcessSpawner.start


async def start_and_maybe_die(self: LocalProcessSpawner) -> Any:
    address = await start_process(self)
    if isinstance(self, DyingSpawner):
        instant("started")
    return address


LocalProcessSpawner.start = start_and_maybe_die

tell = Untold.tell


async def die_or_tell(self: Untold, key: ServerKey) -> None:
    instant("untold")
    await tell(self, key)


Untold.tell = die_or_tell

expect = Untold.expect


def die_or_expect(self: Untold, event: ServerEvent) -> None:
    instant("unwritten")
    expect(self, event)


Untold.expect = die_or_expect

c.CatalystHub.communities_file = "communities.yaml"
c.CatalystHub.database_url = "sqlite:///catalyst.sqlite"
c.CatalystHub.champion_port = int(os.environ["CHAMPION_PORT"])
configure(c)

hub = c.JupyterHub
hub.bind_url = f"http://127.0.0.1:{os.environ['PROXY_PORT']}"
hub.hub_bind_url = f"http://127.0.0.1:{os.environ['HUB_PORT']}"
hub.proxy_class = MemoryProxy
hub.spawner_class = DyingSpawner
hub.db_url = "sqlite:///hub.sqlite"
c.Spawner.consecutive_failure_limit = 3
c.Spawner.poll_interval = 1
c.Spawner.post_stop_hook = lambda spawner: instant("stopped")
# The Hub looks after its services every 30 s, which nothing configures.
_ServiceSpawner.poll_interval = 1

services = hub.services.get_value([])
for service in services:
    if service["name"] == "catalyst-culler":
        service["command"] += ["--every", "0.5", "--patience", "5", "--orphan-grace", "2"]
hub.services = [*services, {"name": "test", "api_token": "test-token"}]
hub.load_roles = [
    *hub.load_roles.get_value([]),
    {"name": "test", "services": ["test"], "scopes": ["list:users", "servers"]},
]
