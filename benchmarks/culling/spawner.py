"""A spawner whose servers are up because the database says so, and stop after a while."""

from __future__ import annotations

import asyncio
import os
from typing import Any

from benchmarks.hub_pieces import NothingSpawner


class SeededSpawner(NothingSpawner):
    """``BENCH_STOP_S``: how long a stop takes."""

    def load_state(self, state: dict[str, Any]) -> None:
        super().load_state(state)
        self.is_up = bool(state.get("is_up"))

    def get_state(self) -> dict[str, Any]:
        return super().get_state() | ({"is_up": True} if self.is_up else {})

    def clear_state(self) -> None:
        super().clear_state()
        self.is_up = False

    async def get_url(self) -> str:
        """Of the one server that plays them all; the Hub asks after its start."""
        return f"http://{os.environ['BENCH_SERVER']}"

    async def stop(self, now: bool = False) -> None:
        await asyncio.sleep(float(os.environ.get("BENCH_STOP_S", "0")))
        await super().stop(now)
