"""What a start costs in the store: admission beside a bare one-row insert, in turn.

    python -m benchmarks.admission [--ended 1000000] [--running 300] [--rounds 3000]
                                   [--sqlite FILE | --postgresql URL]

Each admission is the whole use case, from the person's name to the committed reservation, against
nine limits over four windows ("admission"), and against sixteen that are of a profile, of rolling
days and in total as well ("every window"); it is released again before the next. Then the year is
reported.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Column, MetaData, Table, insert

from benchmarks.history import HUB, NOW, PEOPLE, fill, name_of
from catalyst_hub.communities_file import parse
from catalyst_hub.core.enforcement import ENFORCER
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.report_costs import report_costs

_COMMUNITIES = """\
version: 1
hub: {name: benchmark, title: Benchmark, time_zone: UTC, languages: [en]}
providers:
  demo:
    type: demo
    title: Benchmark
    any_name: true
    personas: [{name: somebody, display_name: Somebody}]
communities:
  community-0:
    title: Community
    country: KE
    currency: USD
    members: [{provider: demo, everyone: true}]
    profiles:
      python:
        title: Python
        environment: {command: [jupyterhub-singleuser]}
        sizes:
          small: {title: Small, cpu: 1, memory: 2G}
    prices: {server_hour: 0.01}
    quotas:
      community:
        at_once: {servers: 400, cpu: 400, memory: 1000G}
        per_month: {server_hours: 1000000}
      person:
        at_once: {servers: 3}
        per_day: {server_hours: 100}
        per_week: {cpu_hours: 500}
        per_month: {gib_hours: 100000}
    budget: {amount: 100000}
"""

#: What the file can say besides: rolling days, totals, and limits of a profile.
_BESIDES = """\
defaults:
  quotas:
    community:
      rolling: {days: 28, server_hours: 1000000}
      in_total: {cpu_hours: 10000000}
    person:
      rolling: {days: 7, cpu_hours: 400}
      in_total: {server_hours: 100000}
  profiles:
    python:
      quotas:
        community: {per_week: {server_hours: 100000}}
        person: {at_once: {memory: 6G}, per_week: {server_hours: 90}}
"""

#: As the picker sends it.
_CHOICE = {"community": "community-0", "profile": "python", "size": "small", "interface": "lab"}
_BARE = Table("benchmark_bare", MetaData(), Column("at", BigInteger, nullable=False))


class Stopwatch:
    """Times of one thing, in milliseconds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._times: list[float] = []

    @contextmanager
    def running(self) -> Iterator[None]:
        before = time.perf_counter()
        yield
        self._times.append((time.perf_counter() - before) * 1000)

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self._times, n=100, method="inclusive")[percent - 1]


def _admit(store: Store, policy: Policy, key: ServerKey, now: datetime) -> None:
    request = AdmissionRequest(key, _CHOICE, key.user_name)
    with store.unit_of_work(write=True) as uow:
        answer = admit_session(uow, policy, request, now)
    if not isinstance(answer, Session):
        raise SystemExit(f"not admitted: {answer}")


def _release(store: Store, key: ServerKey, now: datetime) -> None:
    with store.unit_of_work(write=True) as uow:
        close_session(uow, key, now)


def _bare_insert(database: Database, number: int) -> None:
    with database.transaction(write=True) as connection:
        connection.execute(insert(_BARE), {"at": number})


def measure(database: Database, rounds: int) -> tuple[Stopwatch, ...]:
    """Interleaved, so that whatever else the machine does meets all alike."""
    store = Store(database, HUB)
    with database.transaction(write=True) as connection:
        _BARE.create(connection, checkfirst=True)
    with store.unit_of_work(write=True) as uow:
        # Without it, nothing that costs is started.
        uow.heartbeats.beat(ENFORCER, NOW)
    usual, every, bare = map(Stopwatch, ("admission", "every window", "bare insert"))
    policies = {usual: parse(_COMMUNITIES), every: parse(_COMMUNITIES + _BESIDES)}
    for number in range(-rounds // 20, rounds):
        key = ServerKey(name_of(number % (PEOPLE // 2) + PEOPLE // 2))
        now = NOW + timedelta(milliseconds=number)
        # The first rounds compile statements; a hub does that once.
        timed = number >= 0
        for watch, policy in policies.items():
            with watch.running() if timed else Stopwatch("warm").running():
                _admit(store, policy, key, now)
            _release(store, key, now)
        with bare.running() if timed else Stopwatch("warm").running():
            _bare_insert(database, number)
    return usual, every, bare


def report(database: Database, *group_by: GroupBy) -> float:
    """Seconds for the last twelve months by these keys: the best of three."""
    query = ReportQuery((NOW - timedelta(days=365)).date(), NOW.date(), group_by)

    def once() -> float:
        before = time.perf_counter()
        with Store(database, HUB).unit_of_work() as uow:
            report_costs(uow, query, NOW)
        return time.perf_counter() - before

    return min(once() for _ in range(3))


def _timed(what: str, work: Callable[[], object]) -> None:
    before = time.perf_counter()
    work()
    print(f"{what}: {time.perf_counter() - before:.1f} s", flush=True)


def run(arguments: argparse.Namespace, url: str) -> None:
    """Fill, measure, print."""
    database = Database.open(url)
    _timed(
        f"filled with {arguments.ended:,} ended sessions, {arguments.running} running",
        lambda: fill(database, arguments.ended, arguments.running),
    )
    admission, every, bare = measure(database, arguments.rounds)
    for watch in (admission, every, bare):
        p50, p99 = watch.percentile(50), watch.percentile(99)
        print(f"{watch.name:12} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms")
    ratios = (admission.percentile(p) / bare.percentile(p) for p in (50, 99))
    print("ratio        p50 {:6.2f}      p99 {:6.2f}".format(*ratios))
    for keys in ((GroupBy.COMMUNITY, GroupBy.MONTH), (GroupBy.PERSON,), (GroupBy.PROFILE,)):
        print(f"a year by {' and '.join(keys):20} {report(database, *keys):6.3f} s", flush=True)
    database.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.admission")
    parser.add_argument("--ended", type=int, default=1_000_000)
    parser.add_argument("--running", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3000)
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--sqlite", type=Path, help="a new file; by default a temporary one")
    where.add_argument("--postgresql", help="URL of an empty database")
    arguments = parser.parse_args()
    if arguments.postgresql:
        return run(arguments, arguments.postgresql)
    with tempfile.TemporaryDirectory(prefix="catalyst-benchmark-") as folder:
        path = (arguments.sqlite or Path(folder) / "catalyst.sqlite").absolute()
        return run(arguments, f"sqlite:///{path}")


if __name__ == "__main__":
    main()
