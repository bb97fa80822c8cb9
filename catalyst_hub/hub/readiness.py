"""Tells when the Hub has looked at every server that it knew before it began.

It may answer before that, and a culler that acts then would stop what it has not yet found alive.
"""

from __future__ import annotations

from typing import Any

from tornado.ioloop import IOLoop

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.core.unit_of_work import StoreUnavailableError

_RETRY_S = 1.0


def watch(app: Any, runtime: Runtime) -> None:
    """Tell it once the Hub is through; nothing but this method's end says so."""
    look_at_all = app.init_spawners

    async def look_at_all_and_tell() -> int:
        count: int = await look_at_all()
        await tell(runtime)
        return count

    app.init_spawners = look_at_all_and_tell


async def tell(runtime: Runtime) -> None:
    """Give the sign of life; later, if the store is away, for the Hub does not wait for that."""
    try:
        await runtime.write(lambda uow: uow.heartbeats.beat(HUB_READY, runtime.now()))
    except StoreUnavailableError:
        IOLoop.current().call_later(_RETRY_S, tell, runtime)
