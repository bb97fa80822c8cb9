"""A Traefik that comes back: the pip-installed proxy, restarted when its process dies."""

from __future__ import annotations

import asyncio
import time

from jupyterhub_traefik_proxy.fileprovider import TraefikFileProviderProxy
from traitlets import Any, Float

#: A process that lived this long (seconds) had started well; the next restart is immediate.
_HEALTHY_S = 30.0
_LONGEST_PAUSE_S = 30.0


class SupervisedTraefikProxy(TraefikFileProviderProxy):
    """Traefik as a child of the Hub, with somebody who watches it.

    The stock class starts the process once; when it dies, every page is gone until the Hub is
    restarted. The route table needs no repair: it is in the file that the new process reads.
    """

    check_running_interval = Float(
        1.0, help="Seconds between two looks at the process, and before a restart.", config=True
    )

    _watch = Any()

    async def start(self) -> None:
        """Start Traefik, and watch it until :meth:`stop`."""
        await super().start()
        self._watch = asyncio.create_task(self._keep_running())

    async def stop(self) -> None:
        """Stop watching, then stop Traefik."""
        if self._watch is not None:
            self._watch.cancel()
        await super().stop()

    async def _keep_running(self) -> None:
        pause = self.check_running_interval
        while True:
            lived_s = await self._until_it_ends()
            # One that cannot start (its port is taken) must not be started every second for ever.
            pause = self.check_running_interval if lived_s > _HEALTHY_S else pause
            self.log.error(
                "Traefik ended with status %s; starting it again", self.traefik_process.returncode
            )
            self._start_traefik()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    async def _until_it_ends(self) -> float:
        watched_from = time.monotonic()
        # A child process has no event to wait for.
        while self.traefik_process.poll() is None:  # noqa: ASYNC110
            await asyncio.sleep(self.check_running_interval)
        return time.monotonic() - watched_from
