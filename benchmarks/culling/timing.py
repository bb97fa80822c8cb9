"""How long something takes, told on one line of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Awaitable, Callable

from benchmarks.hub import cpu_s_of


async def timed(*parts: Callable[[], Awaitable[None]], apart_s: float = 0) -> None:
    """Print what they took together: ``pass_s`` by the clock, ``cpu_s`` of this process,
    ``hub_cpu_s`` of the Hub (its process is ``BENCH_HUB``). Whatever is waited for between two
    parts is not counted, nor is what the Hub does before and after."""
    took = [0.0, 0.0, 0.0]
    for part in parts:
        began = _now()
        await part()
        took = [
            so_far + after - before
            for so_far, after, before in zip(took, _now(), began, strict=True)
        ]
        await asyncio.sleep(apart_s)
    print(json.dumps(dict(zip(("pass_s", "cpu_s", "hub_cpu_s"), took, strict=True))), flush=True)


def _now() -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), cpu_s_of(int(os.environ["BENCH_HUB"]))
