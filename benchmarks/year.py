"""A year of a large hub: its reports, its check, the repair of all its sums, and its starts.

    python -m benchmarks.year [--sessions 1000000] [--rounds 2000] [--without-repair] [--only-fill]
                              [--sqlite FILE | --postgresql URL]

Each report is held against the same sums in plain SQL over the ledger; the repair, which lets
everybody write meanwhile, against emptying the tables and filling them again in plain SQL; and an
admission against a bare insert of one row.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.admission import measure
from benchmarks.history import HUB, NOW, SUMS, add_up, fill, is_filled, patient, summed
from catalyst_hub.core.inspection import Place
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.sums import SumsPlace
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.check_store import check_store
from catalyst_hub.usecases.find_differences import find_differences
from catalyst_hub.usecases.repair_sums import repair_sums
from catalyst_hub.usecases.report_costs import report_costs

_RUNNING = 300
#: As in ``catalyst-hub db rebuild``.
_ROWS_AT_ONCE = 600
_WHOLE_YEAR = ReportQuery(date(2025, 11, 1), date(2026, 12, 1), ())
_REPORTS = {
    ("community", "month"): (("community", "month_on"), 0.3),
    ("person",): (("person_id",), 1.0),
}


def _seconds(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def reports(database: Database) -> None:
    """Each report beside its baseline, the best of three of each."""
    for words, (keys, goal_s) in _REPORTS.items():
        query = ReportQuery(
            _WHOLE_YEAR.first_on, _WHOLE_YEAR.next_on, tuple(GroupBy(word) for word in words)
        )
        ours = min(_seconds(lambda query=query: _report(database, query)) for _ in range(3))
        plain = min(_seconds(lambda keys=keys: _plain(database, keys)) for _ in range(2))
        _told(f"report by {' and '.join(words)}", ours, "plain SQL", plain, f"{goal_s} s")


def _report(database: Database, query: ReportQuery) -> None:
    with Store(database, HUB).unit_of_work() as uow:
        report_costs(uow, query, NOW)


def _plain(database: Database, keys: tuple[str, ...]) -> None:
    with patient(database) as connection:
        connection.exec_driver_sql(summed((*keys, "currency"))).all()


def check(database: Database) -> None:
    """Everything that ``catalyst-hub db check`` does."""
    store, place, sessions, longest = Store(database, HUB), Place(), 0, 0.0
    started, cpu_before = time.perf_counter(), time.process_time()
    while place is not None:
        before = time.perf_counter()
        with store.unit_of_work() as uow:
            step = check_store(uow, place)
        if step.breaches:
            raise SystemExit(f"not sound: {step.breaches[:3]}")
        longest = max(longest, time.perf_counter() - before)
        sessions, place = sessions + step.sessions, step.next_place
    seconds, cpu_s = time.perf_counter() - started, time.process_time() - cpu_before
    print(
        f"check of {sessions:,} sessions: {seconds:.1f} s ({cpu_s:.1f} s of CPU), "
        f"longest step {longest:.2f} s",
        flush=True,
    )


def repair(database: Database) -> None:
    """All sums from nothing: ours in small steps, then in one statement for each table."""
    _empty(database)
    locks: list[float] = []
    cpu_before = time.process_time()
    ours = _seconds(lambda: _repair(Store(database, HUB), locks))
    cpu_s = time.process_time() - cpu_before
    _empty(database)

    def at_once() -> None:
        for table in SUMS:
            with patient(database) as connection:
                add_up(connection, table)

    _told("repair of all sums", ours, "plain SQL", _seconds(at_once), "60 s")
    locks.sort()
    held = f"median {locks[len(locks) // 2] * 1000:.0f} ms, longest {locks[-1] * 1000:.0f} ms"
    print(f"  {cpu_s:.1f} s of CPU; write lock held {len(locks)} times: {held}", flush=True)


def _empty(database: Database) -> None:
    for table in SUMS:
        with patient(database) as connection:
            connection.exec_driver_sql(f"DELETE FROM {table}")


def _repair(store: Store, locks: list[float]) -> None:
    place: SumsPlace | None = SumsPlace()
    while place is not None:
        with store.unit_of_work() as uow:
            wanting = find_differences(uow, place)
        for some in wanting.in_parts(_ROWS_AT_ONCE):
            with store.unit_of_work(write=True) as uow:
                before = time.perf_counter()
                repair_sums(uow, some, "service:benchmark", NOW)
            locks.append(time.perf_counter() - before)
        place = wanting.next_place


def starts(database: Database, rounds: int) -> None:
    """Admission and reservation, against a bare insert."""
    admission, every, bare = measure(database, rounds)
    for watch in (admission, every):
        p50, p99 = watch.percentile(50), watch.percentile(99)
        by = " / ".join(f"{watch.percentile(p) / bare.percentile(p):.2f}" for p in (50, 99))
        print(f"{watch.name}: p50 {p50:.2f} ms, p99 {p99:.2f} ms; x bare insert: {by}")


def _told(what: str, ours: float, beside: str, baseline: float, goal: str) -> None:
    ratio = ours / baseline
    print(
        f"{what}: {ours:.3f} s (goal {goal}); {beside} {baseline:.3f} s; ratio {ratio:.3f}",
        flush=True,
    )


def run(arguments: argparse.Namespace, url: str) -> None:
    """Fill, measure, print."""
    database = Database.open(url)
    if is_filled(database):
        print("the sessions of an earlier run", flush=True)
    else:
        seconds = _seconds(lambda: fill(database, arguments.sessions, _RUNNING))
        print(f"{arguments.sessions:,} sessions made in {seconds:.1f} s", flush=True)
    if arguments.only_fill:
        return
    reports(database)
    if not arguments.without_repair:
        repair(database)
        check(database)
    starts(database, arguments.rounds)
    database.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.year")
    parser.add_argument("--sessions", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--without-repair", action="store_true", help="reports and starts only")
    parser.add_argument("--only-fill", action="store_true", help="make the sessions for later runs")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--sqlite", type=Path, help="a file, new or filled by an earlier run")
    where.add_argument("--postgresql", help="URL of a database, empty or filled by an earlier run")
    arguments = parser.parse_args()
    if arguments.postgresql:
        return run(arguments, arguments.postgresql)
    with tempfile.TemporaryDirectory(prefix="catalyst-benchmark-") as folder:
        path = (arguments.sqlite or Path(folder) / "catalyst.sqlite").absolute()
        return run(arguments, f"sqlite:///{path}")


if __name__ == "__main__":
    main()
