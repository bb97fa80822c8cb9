"""Stopping a server from inside the Hub, whatever it is doing."""

from __future__ import annotations

import asyncio
from typing import Any

#: How long a start that is called off may take to notice.
_CANCEL_S = 10


async def stop_server(handler: Any, user: Any, server_name: str) -> None:
    """Stop it, or call off its start; nothing is done to one that is stopped or stopping."""
    spawner = user.spawners[server_name]
    if spawner.pending == "spawn":
        await _call_off(spawner)
        if not spawner.pending:
            await handler.stop_single_user(user, server_name)
    elif spawner.ready and await spawner.poll_and_notify() is None:
        await handler.stop_single_user(user, server_name)


async def _call_off(spawner: Any) -> None:
    """Cancel a start and wait until it has let go, or its stop would be refused as pending."""
    start = spawner._spawn_future
    if start is not None:
        start.cancel()
        await asyncio.wait([start], timeout=_CANCEL_S)
