"""One pass of ours, in a process of its own: look, judge, stop. Prints seconds, and CPU seconds."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import closing
from datetime import timedelta

from tornado.httpclient import AsyncHTTPClient

from benchmarks.culling.timing import timed
from catalyst_hub.bootstrap import Runtime, open_runtime
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.trust import HUB_READY, OBSERVING
from catalyst_hub.culler.enforcer import Enforcer
from catalyst_hub.culler.observer import Observer
from catalyst_hub.culler.stopper import Stopper
from catalyst_hub.hub_client import HubClient

_PATIENCE = timedelta(seconds=150)
_LONGEST_S = 600.0
#: That of the notice, which is nobody's work, and a little.
_APART_S = 1.1


async def decide(runtime: Runtime, observer: Observer) -> None:
    """What two of the loops do every so often."""
    await observer.look()
    await Enforcer(runtime).round()


async def stop(stopper: Stopper) -> None:
    """What the third does, and what it leaves to go on."""
    await stopper.round()
    await stopper.settle(_LONGEST_S)


async def run() -> None:
    """The hub has run for an hour, as far as anybody can see: nothing is in doubt."""
    hub = HubClient.from_environment(os.environ)
    with closing(open_runtime(CatalystHub(), accept_policy=False)) as runtime:
        before = runtime.now() - timedelta(hours=1)
        for sign in (HUB_OPENED, HUB_READY, OBSERVING):
            await runtime.write(lambda uow, sign=sign: uow.heartbeats.beat(sign, before))  # type: ignore[misc]
        observer = Observer(runtime, hub, _PATIENCE)
        stopper = Stopper(runtime, hub)
        if os.environ["BENCH_WARM"]:
            await decide(runtime, observer)
            await stop(stopper)
        await timed(lambda: decide(runtime, observer), lambda: stop(stopper), apart_s=_APART_S)


def main() -> None:
    """As its program configures it."""
    logging.basicConfig(level="ERROR")
    AsyncHTTPClient.configure(None, max_clients=200)
    asyncio.run(run())


if __name__ == "__main__":
    main()
