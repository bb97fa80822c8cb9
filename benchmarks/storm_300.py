"""300 people sign in and start a server, which takes some seconds: ours beside a bare hub, in turn.

    python -m benchmarks.storm_300 [--people 300] [--rounds 3] [--window 5] [--start 3]

Both hubs start at most 100 servers at once, as JupyterHub does unless told otherwise. The bare hub
answers whoever comes beyond that with an error and a random time to come back (30 to 60 s), which
these people heed to the second; ours lets them wait. Prints the time from the first sign-in until
everybody's server is open, the CPU of the Hub's process, how many error answers people saw, and
their ratios pair by pair.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.hub import RunningHub, running
from benchmarks.learner import Learner, RefusedError
from benchmarks.storm import COMMUNITIES

GOAL = 0.60
_PATIENCE_S = 600


@dataclass
class PatientLearner(Learner):
    """Reads an error, waits as long as its answer says, and presses start again."""

    errors: list[int] = field(default_factory=list)

    async def _get(self, url: str, data: dict[str, str] | None = None) -> tuple[str, str]:
        while True:
            try:
                return await super()._get(url, data)
            except RefusedError as error:
                self.errors.append(error.status)
                if error.retry_after is None:
                    raise
                await asyncio.sleep(error.retry_after)
                url, data = f"{self.url}/hub/spawn", None


@dataclass
class Storm:
    """What one storm took, in seconds; ``missing``: why people never got a server, and how many."""

    total_s: float
    hub_cpu_s: float
    errors: int
    missing: Counter[str]


async def _rush(hub: RunningHub, people: int, window_s: float) -> list[PatientLearner]:
    arrivals = random.Random(people)
    learners = [
        PatientLearner(hub.url, f"learner-{number:04d}", hub.directory) for number in range(people)
    ]

    async def come(learner: PatientLearner, after_s: float) -> None:
        await asyncio.sleep(after_s)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await learner.run()
        except TimeoutError:
            learner.refused = "has lost patience"

    await asyncio.gather(*(come(one, arrivals.uniform(0, window_s)) for one in learners))
    return learners


def storm(hub: RunningHub, arguments: argparse.Namespace) -> Storm:
    """One warm-up person, then everybody."""
    asyncio.run(Learner(hub.url, "warm-up", hub.directory).run())
    began, cpu = time.perf_counter(), hub.cpu_s()
    learners = asyncio.run(_rush(hub, arguments.people, arguments.window))
    return Storm(
        time.perf_counter() - began,
        hub.cpu_s() - cpu,
        sum(len(learner.errors) for learner in learners),
        Counter(learner.refused for learner in learners if learner.refused),
    )


def one(config: str, arguments: argparse.Namespace) -> Storm:
    """One hub, one storm; everybody is new to it."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "communities.yaml"
        file.write_text(COMMUNITIES.format(seats=arguments.people + 1))
        environment = {"BENCH_COMMUNITIES": str(file), "BENCH_START_S": str(arguments.start)}
        with running(config, Path(directory), **environment) as hub:
            return storm(hub, arguments)


def _line(name: str, result: Storm) -> None:
    print(
        f"{name:9} everybody ready after {result.total_s:6.2f} s  hub CPU {result.hub_cpu_s:6.2f} s"
        f"  error answers {result.errors}  without a server {dict(result.missing)}",
        flush=True,
    )


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--window", type=float, default=5, help="seconds in which they all come")
    parser.add_argument("--start", type=float, default=3, help="seconds that each server takes")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{arguments.people} people; load {load:.1f} on {os.cpu_count()} processors", flush=True)
    totals, cpus = [], []
    for _ in range(arguments.rounds):
        bare, ours = one("bare", arguments), one("catalyst", arguments)
        _line("bare", bare)
        _line("catalyst", ours)
        totals.append(ours.total_s / bare.total_s)
        cpus.append(ours.hub_cpu_s / bare.hub_cpu_s)
    for name, ratios in (("total time", totals), ("hub CPU", cpus)):
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{name}, ours / bare: median {statistics.median(ratios):.2f}  ({each})")
    print(f"goal: total time at most {GOAL:.2f} times, and no error answers from ours")


if __name__ == "__main__":
    main()
