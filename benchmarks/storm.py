"""100 people sign in and start a server at once: ours beside a bare hub, in turn.

    python -m benchmarks.storm [--people 100] [--rounds 3] [--seats 60]

Prints total time and CPU of the Hub process for each, their ratios pair by pair, and how many
of the people were admitted when there are fewer seats than people.
"""

from __future__ import annotations

import argparse
import asyncio
import collections
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hub import RunningHub, running
from benchmarks.learner import Learner

COMMUNITIES = """\
version: 1
hub: {{name: benchmark, title: Benchmark, time_zone: UTC, languages: [en]}}
providers:
  demo:
    type: demo
    title: Benchmark
    shared_password: bench
    any_name: true
    personas: [{{name: somebody, display_name: Somebody}}]
communities:
  storm:
    title: Storm
    country: KE
    currency: USD
    time_zone: UTC
    languages: [en]
    members: [{{provider: demo, everyone: true}}]
    profiles:
      python:
        title: Python
        environment: {{command: [jupyterhub-singleuser]}}
        sizes:
          small: {{title: Small, cpu: 1, memory: 2G}}
          large: {{title: Large, cpu: 2, memory: 6G}}
    prices: {{server_hour: 0.01}}
    quotas:
      community: {{at_once: {{servers: {seats}}}, per_month: {{server_hours: 100000}}}}
"""


@dataclass
class Storm:
    """What one storm took, in seconds."""

    total_s: float
    hub_cpu_s: float
    admitted: int
    refused: collections.Counter[str]


async def _rush(hub: RunningHub, people: int) -> list[Learner]:
    learners = [
        Learner(hub.url, f"learner-{number:04d}", hub.directory) for number in range(people)
    ]
    await asyncio.gather(*(learner.run() for learner in learners))
    return learners


def storm(hub: RunningHub, people: int) -> Storm:
    """One warm-up person, then everybody."""
    asyncio.run(Learner(hub.url, "warm-up", hub.directory).run())
    began, cpu = time.perf_counter(), hub.cpu_s()
    learners = asyncio.run(_rush(hub, people))
    refused = collections.Counter(learner.refused for learner in learners if learner.refused)
    return Storm(
        time.perf_counter() - began,
        hub.cpu_s() - cpu,
        sum(not learner.refused for learner in learners),
        refused,
    )


def one(config: str, people: int, seats: int) -> Storm:
    """One hub, one storm."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "communities.yaml"
        file.write_text(COMMUNITIES.format(seats=seats))
        with running(config, Path(directory), BENCH_COMMUNITIES=str(file)) as hub:
            return storm(hub, people)


def _line(name: str, result: Storm) -> None:
    print(
        f"{name:9} total {result.total_s:6.2f} s  hub CPU {result.hub_cpu_s:6.2f} s  "
        f"admitted {result.admitted}  refused {dict(result.refused)}",
        flush=True,
    )


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seats", type=int, default=60, help="seats in the last round")
    arguments = parser.parse_args()
    totals, cpus = [], []
    for _ in range(arguments.rounds):
        bare = one("bare", arguments.people, 0)
        ours = one("catalyst", arguments.people, arguments.people + 1)
        _line("bare", bare)
        _line("catalyst", ours)
        totals.append(ours.total_s / bare.total_s)
        cpus.append(ours.hub_cpu_s / bare.hub_cpu_s)
    print(f"total time, ours / bare: median {statistics.median(totals):.2f}  {_all(totals)}")
    print(f"hub CPU,    ours / bare: median {statistics.median(cpus):.2f}  {_all(cpus)}")
    # One seat more than asked for is taken by the warm-up person, whose server keeps running.
    few = one("catalyst", arguments.people, arguments.seats + 1)
    _line(f"{arguments.seats} seats", few)


def _all(ratios: list[float]) -> str:
    return "(" + ", ".join(f"{ratio:.2f}" for ratio in ratios) + ")"


if __name__ == "__main__":
    main()
