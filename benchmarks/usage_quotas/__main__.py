"""The command line: fill both, ask both, let both be raced, print what came of it."""

from __future__ import annotations

import argparse
import json
import secrets
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import usage_quotas
from benchmarks.hub import running
from benchmarks.usage_quotas import ours, theirs
from benchmarks.usage_quotas.history import CASES, RACER, runs
from benchmarks.usage_quotas.prometheus import MissingError, prometheus
from benchmarks.usage_quotas.race import Race, race

_COULD_NOT = 1


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, measured."""

    name: str
    admitted: dict[str, bool]
    p50_ms: float
    p99_ms: float
    race: Race


def _ours(arguments: argparse.Namespace, now: datetime) -> Side:
    with tempfile.TemporaryDirectory(prefix="catalyst-benchmark-") as directory:
        folder, people = Path(directory), arguments.people
        policy, file = ours.policy_of(people), folder / "communities.yaml"
        file.write_text(ours.communities(people))
        store = ours.filled(folder, people, runs(people, now), now)
        admitted = ours.admitted(store, policy, now)
        watch = ours.timed(store, policy, people, arguments.decisions, now)
        store.close()
        token = secrets.token_hex()
        with running(
            "catalyst_race", folder, BENCH_COMMUNITIES=str(file), BENCH_TOKEN=token
        ) as hub:
            raced = race(hub.url, token, arguments.servers)
    return Side("catalyst-hub", admitted, watch.percentile(50), watch.percentile(99), raced)


def _theirs(arguments: argparse.Namespace, now: datetime) -> Side:
    python = theirs.environment(arguments.python)
    with tempfile.TemporaryDirectory(prefix="catalyst-benchmark-") as directory:
        folder, token = Path(directory), secrets.token_hex()
        with prometheus(runs(arguments.people, now), folder) as url:
            found = theirs.decide(python, url, arguments.people, arguments.decisions)
            words = {"BENCH_PROMETHEUS": url, "BENCH_TOKEN": token, "BENCH_RACER": RACER}
            policy = json.dumps(theirs.POLICY)
            with running("usage_quotas", folder, str(python), BENCH_POLICY=policy, **words) as hub:
                raced = race(hub.url, token, arguments.servers)
    percentiles = statistics.quantiles(found.times_ms, n=100, method="inclusive")
    name = f"usage-quotas {theirs.VERSION}"
    return Side(name, found.admitted, percentiles[49], percentiles[98], raced)


def _print(sides: Sequence[Side]) -> None:
    def line(what: str, *values: object) -> None:
        print(f"{what:58}" + "".join(f"{value!s:>22}" for value in values), flush=True)

    line("", *(side.name for side in sides))
    for case in CASES:
        answers = ("starts" if side.admitted[case.name] else "refused" for side in sides)
        line(f"{case.name}: {case.about}", *answers)
    line("a decision, p50", *(f"{side.p50_ms:.2f} ms" for side in sides))
    line("a decision, p99", *(f"{side.p99_ms:.2f} ms" for side in sides))
    asked = sides[0].race.asked
    what = f"{RACER} starts {asked} servers at once: running in the end"
    line(what, *(side.race.admitted for side in sides))
    line("settled after", *(f"{side.race.took_s:.2f} s" for side in sides))


def main() -> int:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.usage_quotas",
        description=(usage_quotas.__doc__ or "").splitlines()[0],
    )
    parser.add_argument("--python", help="Python 3.12 or newer, for their environment")
    parser.add_argument("--people", type=int, default=100, help="others with a month of history")
    parser.add_argument("--decisions", type=int, default=200)
    parser.add_argument("--servers", type=int, default=40, help="started at once in the race")
    parser.add_argument("--ours", action="store_true", help="measure ours alone")
    arguments, now = parser.parse_args(), datetime.now(UTC)
    try:
        sides = [] if arguments.ours else [_theirs(arguments, now)]
    except MissingError as error:
        print(error, file=sys.stderr)
        return _COULD_NOT
    _print([*sides, _ours(arguments, now)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
