"""``python -m catalyst_hub.champion``: answer first, get ready afterwards."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer

from catalyst_hub.champion.front import Front

_PORT = 8771
#: A Hub that is killed leaves its services behind, and the next one starts them at once.
_PREDECESSOR_LEAVES_S = 15
_LOOK_S = 0.5
#: Of what people send, a list of names is the largest.
_LARGEST_BODY = 1024 * 1024
_log = logging.getLogger("catalyst_hub.champion")


async def serve(environment: Mapping[str, str]) -> None:
    """Answer until told to stop, or until whoever started us has gone."""
    address = urlsplit(environment.get("JUPYTERHUB_SERVICE_URL", f"http://127.0.0.1:{_PORT}"))
    front, stopping = Front(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = HTTPServer(front, xheaders=True, max_body_size=_LARGEST_BODY)
    async with asyncio.TaskGroup() as tasks:
        # The Hub says who it is, for it may be gone before this process can look.
        parent = int(environment.get("CATALYST_HUB_PID") or os.getppid())
        tasks.create_task(_watch_parent(parent, stopping))
        await _listen(server, address.hostname or "127.0.0.1", address.port or _PORT)
        # Loaded beside the loop, which goes on answering.
        startup = await asyncio.to_thread(import_module, "catalyst_hub.champion.startup")
        work = tasks.create_task(startup.get_ready(front))
        await stopping.wait()
        server.stop()
        work.cancel()


async def _listen(server: HTTPServer, host: str, port: int) -> None:
    """Take the port, as soon as a predecessor has left it."""
    deadline = asyncio.get_running_loop().time() + _PREDECESSOR_LEAVES_S
    while True:
        try:
            server.listen(port, address=host)
        except OSError:
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(_LOOK_S / 5)
        else:
            return


async def _watch_parent(parent: int, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        if os.getppid() != parent:
            _log.warning("Whoever started this service has gone; it stops, too.")
            stopping.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _LOOK_S)


def main() -> None:
    """Run as a service of the Hub, configured by its environment."""
    logging.basicConfig(
        level=logging.INFO, format="[%(levelname).1s %(asctime)s %(name)s] %(message)s"
    )
    asyncio.run(serve(os.environ))


if __name__ == "__main__":
    main()
