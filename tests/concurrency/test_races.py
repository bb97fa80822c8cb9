"""Several processes, one database: the last seat is given once, every minute is charged once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.report import ReportQuery
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import WaitingPlace
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.open_session import open_session
from tests.concurrency.racer import LATE, POLICY, PRESSES, ROUNDS, SEATS, admit, key_of, presser
from tests.support.sessions import NOW

_RACERS = 8
#: Seats that become free while everybody presses start.
_FREED = 10
_ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store.open(database_url, POLICY.hub)
    with store.unit_of_work(write=True) as uow:
        for number in range(_RACERS):
            _let_in(uow, f"racer-{number}")
    yield store
    store.close()


def _let_in(uow: UnitOfWork, name: str) -> None:
    person = uow.people.add(name, "", None, NOW)
    member = Belonging({"savanna": (Role.MEMBER, {})})
    uow.memberships.follow(person.person_id, member, NOW)


@pytest.fixture
def race(database_url: str) -> Callable[[str], list[int]]:
    """Processes of their own, apart from this one and its threads."""

    def run(what: str) -> list[int]:
        command = [sys.executable, "-m", "tests.concurrency.racer"]
        done = subprocess.run(
            [*command, what, database_url, str(_RACERS)],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        results: list[int] = json.loads(done.stdout)
        return results

    return run


def _live(store: Store) -> int:
    with store.unit_of_work() as uow:
        return len(uow.sessions.all_live())


def _charged(store: Store) -> tuple[int, int, int]:
    """Sessions, hours and micro-units in the ledger's sums."""
    query = ReportQuery(date(2026, 1, 1), date(2027, 1, 1), ())
    with store.unit_of_work() as uow:
        (row,) = uow.reports.rows(query, NOW)
    return row.sessions, row.usage.server_ms // 3_600_000, row.usage.micros


def test_processes_that_race_for_the_last_seats_get_exactly_those(
    store: Store, race: Callable[[str], list[int]]
) -> None:
    admitted = race("race_for_seats")
    assert sum(admitted) == _live(store) == SEATS


def test_the_same_race_without_the_lock_admits_too_many(
    store: Store, race: Callable[[str], list[int]]
) -> None:
    admitted = race("race_naively")
    assert sum(admitted) == _live(store) > SEATS


def test_starts_and_stops_at_the_same_time_leave_the_sums_exact(
    store: Store, race: Callable[[str], list[int]]
) -> None:
    hours = sum(race("come_and_go"))
    assert _live(store) == 0
    # Eight people never hold thirty seats, so nobody was refused.
    assert _charged(store) == (_RACERS * ROUNDS, hours, hours * 1_000_000)


def test_a_session_that_several_processes_close_is_charged_once(
    store: Store, race: Callable[[str], list[int]]
) -> None:
    for attempt in range(SEATS):
        assert admit(store, attempt % _RACERS, attempt)
        with store.unit_of_work(write=True) as uow:
            open_session(uow, key_of(attempt % _RACERS, attempt), NOW - timedelta(hours=1))
    closed = race("close_everything")
    assert sum(closed) == SEATS
    assert _live(store) == 0
    assert _charged(store) == (SEATS, SEATS, SEATS * 1_000_000)


def _waiting(store: Store) -> list[WaitingPlace]:
    with store.unit_of_work() as uow:
        return list(uow.waiting.of_community("savanna"))


def test_whoever_gets_no_seat_in_a_race_stands_in_line_once_and_is_served_before_all_others(
    store: Store, race: Callable[[str], list[int]]
) -> None:
    with store.unit_of_work(write=True) as uow:
        for racer in range(_RACERS):
            for attempt in range(PRESSES + LATE):
                _let_in(uow, presser(racer, attempt).user_name)
    admitted = race("wait_or_start")
    places = _waiting(store)
    assert sum(admitted) == _live(store) == SEATS
    assert len({place.key for place in places}) == len(places) == _RACERS * PRESSES - SEATS
    with store.unit_of_work(write=True) as uow:
        for session in list(uow.sessions.all_live())[:_FREED]:
            close_session(uow, session.key, NOW)
    # The seats are called while others press start past the line.
    assert sum(race("call_and_jostle")) == 0
    assert [place for place in _waiting(store) if place.has_seat(NOW)] == [
        replace(place, called_at=NOW, seat_until=NOW + timedelta(minutes=2))
        for place in places[:_FREED]
    ]
    # Whoever of them comes first: each finds the seat that was held.
    for place in reversed(places[:_FREED]):
        request = AdmissionRequest(place.key, dict(place.options), place.key.user_name)
        with store.unit_of_work(write=True) as uow:
            assert isinstance(admit_session(uow, POLICY, request, NOW), Session)
    assert _live(store) == SEATS
