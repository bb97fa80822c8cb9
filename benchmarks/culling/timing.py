"""How long something takes, told on one line of JSON."""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
import urllib.request
from collections.abc import Awaitable, Callable

from benchmarks.hub import cpu_s_of

_COUNT = re.compile(r"^jupyterhub_request_duration_seconds_count\{(.*)\} (\S+)", re.MULTILINE)
#: What the benchmark itself asks for.
_OWN = ("Metrics", "Health")


async def timed(*parts: Callable[[], Awaitable[None]], apart_s: float = 0) -> None:
    """Print what they took together: ``pass_s`` by the clock, ``cpu_s`` of this process,
    ``hub_cpu_s`` of the Hub (its process is ``BENCH_HUB``), and how many ``requests`` the Hub has
    answered. Whatever is waited for between two parts is not counted, nor is what the Hub does
    before and after."""
    asked, took = requests(), [0.0, 0.0, 0.0]
    for part in parts:
        began = _now()
        await part()
        took = [
            so_far + after - before
            for so_far, after, before in zip(took, _now(), began, strict=True)
        ]
        await asyncio.sleep(apart_s)
    told = dict(zip(("pass_s", "cpu_s", "hub_cpu_s"), took, strict=True))
    print(json.dumps(told | {"requests": requests() - asked}), flush=True)


def requests() -> int:
    """How many the Hub has answered so far, its own metrics and health apart."""
    metrics = f"{os.environ['JUPYTERHUB_API_URL'].removesuffix('/api')}/metrics"
    with urllib.request.urlopen(metrics, timeout=60) as answer:
        counted = _COUNT.findall(answer.read().decode())
    return int(sum(float(count) for labels, count in counted if not _is_own(labels)))


def _is_own(labels: str) -> bool:
    return any(word in labels for word in _OWN)


def _now() -> tuple[float, float, float]:
    return time.perf_counter(), time.process_time(), cpu_s_of(int(os.environ["BENCH_HUB"]))
