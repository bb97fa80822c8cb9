"""What is spent beyond a budget when servers run on: a real hub and its culler, short intervals.

    python -m benchmarks.budget_overrun [--people 20] [--every 2] [--notice 5] [--stop-time 12]
                                        [--lasts 15]

Everybody starts a server out of one prepaid credit, which lasts as long as said beside what is set
aside, and lets it run. Prints what was spent, what was promised, and where the time went.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.hub import running
from benchmarks.learner import Learner
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.notice import Notice
from catalyst_hub.store import Store

#: A server costs one in a second, so money and seconds of a server are the same number.
_COMMUNITIES = """\
version: 1
hub:
  name: benchmark
  title: Benchmark
  languages: [en]
  enforcement: {{notice: {notice}, every: {every}, stop_time: {stop_time}}}
providers:
  demo:
    type: demo
    title: Benchmark
    shared_password: bench
    any_name: true
    personas: [{{name: somebody, display_name: Somebody}}]
communities:
  spending:
    title: Spending
    currency: USD
    members: [{{provider: demo, everyone: true}}]
    profiles:
      python:
        title: Python
        environment: {{command: [jupyterhub-singleuser]}}
        sizes: {{small: {{title: Small, cpu: 1, memory: 1G}}}}
    prices: {{server_hour: 3600}}
    budget: {{credit: prepaid, steps: {{no_new_servers: null}}}}
"""
_MICROS = 1_000_000


@dataclass(frozen=True)
class Run:
    """One server: when it began, was told, should stop, and had stopped; seconds of the epoch."""

    began: float
    told: float
    stop: float
    ended: float


@dataclass(frozen=True)
class Outcome:
    """What came of it; the credit, and what is held for each server, in seconds of one."""

    runs: Sequence[Run]
    credit_s: float
    hold_s: float

    @property
    def spent_s(self) -> float:
        """All of them together."""
        return sum(run.ended - run.began for run in self.runs)

    @property
    def seen_after_s(self) -> float:
        """From when what was spent and held came to all of the credit, to the last notice."""
        number, first = len(self.runs), min(run.began for run in self.runs)
        later = sum(run.began - first for run in self.runs)
        reached = first + (self.credit_s - number * self.hold_s + later) / number
        return max(run.told for run in self.runs) - reached

    @property
    def gone_after_s(self) -> Sequence[float]:
        """From the end of each notice to the end of its server, the quickest first."""
        return sorted(run.ended - run.stop for run in self.runs)


def measure(args: argparse.Namespace) -> Outcome:
    hold_s = args.notice + args.every + args.stop_time
    credit_s = args.people * (hold_s + args.lasts)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "communities.yaml"
        file.write_text(_COMMUNITIES.format(**vars(args)))
        with running("catalyst", folder, BENCH_COMMUNITIES=str(file)) as hub:
            url = f"sqlite:///{folder / 'catalyst.sqlite'}"
            with closing(Store.open(url, "benchmark")) as store:
                _pay_in(store, credit_s)
                asyncio.run(_start(hub.url, folder, args.people))
                notices = _until_all_are_gone(store)
                runs = list(_runs(store, notices))
    return Outcome(runs, credit_s, hold_s)


def _pay_in(store: Store, seconds: float) -> None:
    micros = round(seconds * _MICROS)
    with store.unit_of_work(write=True) as uow:
        now = datetime.now(UTC)
        uow.budgets.top_up(TopUp(0, "spending", micros, "USD", "a benchmark", "benchmark", now))


async def _start(url: str, clients: Path, people: int) -> None:
    learners = [Learner(url, f"learner-{number}", clients) for number in range(people)]
    await asyncio.gather(*(learner.run() for learner in learners))
    refused = [learner.refused for learner in learners if learner.refused]
    if refused:
        raise RuntimeError(f"not everybody could start: {refused[0]}")


def _until_all_are_gone(store: Store) -> dict[str, Notice]:
    """Every notice as it was first given, by session."""
    notices: dict[str, Notice] = {}
    while True:
        with store.unit_of_work() as uow:
            for notice in uow.notices.of_live().values():
                notices.setdefault(notice.session_id, notice)
            if not uow.sessions.all_live():
                return notices
        time.sleep(0.1)


def _runs(store: Store, notices: Mapping[str, Notice]) -> Iterator[Run]:
    with store.unit_of_work() as uow:
        for session_id, notice in notices.items():
            session = uow.sessions.get(session_id)
            if session is None or session.running_at is None or session.ended_at is None:
                raise RuntimeError(f"the session {session_id} is not over")
            times = session.running_at, notice.given_at, notice.stop_at, session.ended_at
            yield Run(*(at.timestamp() for at in times))


def _tell(outcome: Outcome, args: argparse.Namespace) -> None:
    number, gone = len(outcome.runs), outcome.gone_after_s
    bound = number * (args.every + gone[-1])
    print(f"{number} servers that cost 1 a second; {args.every:g} s between two looks,", end=" ")
    print(f"{args.notice:g} s of notice, {args.stop_time:g} s set aside for the stop")
    print(f"  credit            {outcome.credit_s:9.2f}")
    print(f"  spent             {outcome.spent_s:9.2f}")
    beyond = outcome.spent_s - outcome.credit_s
    print(f"  beyond the credit {beyond:9.2f}   rate x (interval + stop) = {bound:.2f}")
    print(f"  seen after        {outcome.seen_after_s:9.2f} s")
    print(f"  gone after notice {statistics.median(gone):9.2f} s (median), {gone[-1]:.2f} s (last)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--every", type=float, default=2)
    parser.add_argument("--notice", type=float, default=5)
    parser.add_argument("--stop-time", type=float, default=12)
    parser.add_argument("--lasts", type=float, default=15)
    args = parser.parse_args()
    _tell(measure(args), args)


if __name__ == "__main__":
    main()
