"""Old rows lose their names, and no report, sum or check notices."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.retention import KeptPlace
from catalyst_hub.store import Database, SqlUnitOfWork, Store
from catalyst_hub.usecases.find_old_details import find_old_details
from catalyst_hub.usecases.forget_old_details import forget_old_details
from catalyst_hub.usecases.report_costs import report_costs
from tests.support.ledger import assert_sums_are_those_of_the_ledger, breaches
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_KEPT_FOR = timedelta(days=100)
_EVERY_WAY = ((), *((way,) for way in GroupBy), (GroupBy.PERSON, GroupBy.DAY))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database.open(database_url)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    """Sessions from this month back to last year, each with its lines in the audit."""
    store = Store(database, "andes")
    with store.unit_of_work(write=True) as uow:
        people = {name: a_person(uow, name) for name in ("kofi", "lucia", "amina")}
        uow.people._connection.execute(text("UPDATE people SET email = name || '@example.org'"))
        for days in (1, 50, 99, 101, 200, 300):
            for name in ("kofi", "lucia"):
                _a_run(uow, people[name], days, actor="amina" if name == "lucia" else None)
        running(uow, a_session(people["kofi"], reserved_at=NOW - timedelta(days=300)))
        for days in (10, 200):
            uow.mails.queue(people["kofi"], MailKind.MEMBER_ADDED, NOW - timedelta(days=days))
            uow.heartbeats.beat(f"process-{days}", NOW - timedelta(days=days))
        uow.audit.add(NOW - timedelta(days=200), "amina", Action.MEMBER_ADDED, subject="kofi")
    _do(database, "UPDATE mails SET due_at = NULL")
    return store


def _a_run(uow: SqlUnitOfWork, person: Any, days: int, actor: str | None) -> None:
    begun_at = NOW - timedelta(days=days, hours=30)
    session = a_session(person, reserved_at=begun_at, server_name=f"my-{days}")
    stopped(uow, running(uow, session), begun_at + 30 * HOUR)
    uow.sessions._connection.execute(
        text("UPDATE sessions SET actor = :actor WHERE session_id = :id"),
        {"actor": actor or "service:reconciler", "id": session.session_id},
    )
    facts = about(session, reason="stopped")
    uow.audit.add(begun_at + 30 * HOUR, actor or HUB, Action.SESSION_ENDED, **facts)


def _do(database: Database, statement: str) -> None:
    with database.transaction(write=True) as connection:
        connection.execute(text(statement))


def _rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.transaction(write=False) as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _tidy(store: Store, *, steps: int | None = None, at_once: int = 3) -> int:
    """As the culler does it; with ``steps``, killed after so many transactions."""
    rows, done, place = 0, 0, KeptPlace()
    while True:
        with store.unit_of_work() as uow:
            found = find_old_details(uow, _KEPT_FOR, place, NOW)
        for some in found.in_parts(at_once):
            if done == steps:
                return rows
            with store.unit_of_work(write=True) as uow:
                rows += forget_old_details(uow, some, "service:culler", NOW)
            done += 1
        if found.next_place is None:
            return rows
        place = found.next_place


def _reports(store: Store) -> list[object]:
    """Every way of grouping, with and without names, of all days and of some."""
    with store.unit_of_work() as uow:
        return [
            report_costs(uow, ReportQuery(first, date(2026, 12, 1), by, has_names=named), NOW)
            for by in _EVERY_WAY
            for first in (date(2025, 1, 1), date(2026, 3, 14))
            for named in (False, True)
        ]


def test_no_report_and_no_sum_changes(store: Store, database: Database) -> None:
    before = _reports(store)
    assert _tidy(store) > 0
    assert _reports(store) == before
    assert_sums_are_those_of_the_ledger(database)
    assert breaches(store) == []


def test_old_sessions_say_nothing_of_who_ran_what(store: Store, database: Database) -> None:
    _tidy(store)
    [(kofi,), (lucia,), (amina,)] = _rows(
        database, "SELECT pseudonym FROM people ORDER BY person_id"
    )
    rows = _rows(
        database,
        "SELECT user_name, server_name, actor, count(*) FROM sessions"
        " WHERE state = 'ended' GROUP BY user_name, server_name, actor",
    )
    assert {row for row in rows if row[0].startswith("past:")} == {
        (f"past:{kofi}", "", "service:reconciler", 3),
        (f"past:{lucia}", "", f"past:{amina}", 3),
    }
    assert {row[1] for row in rows if ":" not in row[0]} == {"my-1", "my-50", "my-99"}


def test_a_session_that_runs_is_not_old_however_long(store: Store, database: Database) -> None:
    _tidy(store)
    assert _rows(database, "SELECT user_name FROM sessions WHERE state = 'running'") == [("kofi",)]


def test_old_lines_of_the_audit_about_sessions_lose_their_names_and_others_stay(
    store: Store, database: Database
) -> None:
    before = len(_rows(database, "SELECT audit_id FROM audit"))
    _tidy(store)
    old = _rows(
        database,
        "SELECT actor, subject, facts FROM audit WHERE action = 'session:ended'"
        " AND subject LIKE 'past:%'",
    )
    assert len(old) == 6
    assert not [line for line in old if {"kofi", "lucia", "amina"} & set(line[:2])]
    assert not [line for line in old if "my-" in line[2]]
    assert ("amina", "kofi") in _rows(
        database, "SELECT actor, subject FROM audit WHERE action = 'member:added'"
    )
    added = _rows(database, "SELECT facts FROM audit WHERE action = 'details:forgotten'")
    assert len(_rows(database, "SELECT audit_id FROM audit")) == before + len(added)


def test_rows_that_are_over_and_done_with_go(store: Store, database: Database) -> None:
    _tidy(store)
    assert len(_rows(database, "SELECT * FROM mails")) == 1
    assert _rows(database, "SELECT process FROM heartbeats") == [("process-10",)]


def test_a_second_round_finds_nothing_to_do(store: Store, database: Database) -> None:
    _tidy(store)
    audited = _rows(database, "SELECT count(*) FROM audit")
    assert _tidy(store) == 0
    assert _rows(database, "SELECT count(*) FROM audit") == audited


@pytest.mark.parametrize("steps", [1, 3])
def test_whoever_is_killed_half_way_is_followed_by_another(
    store: Store, database: Database, steps: int
) -> None:
    before = _reports(store)
    part = _tidy(store, steps=steps)
    assert breaches(store) == []
    assert _reports(store) == before
    rest = _tidy(store)
    assert part + rest == 6 + 6 + 1 + 1
    assert _reports(store) == before


def test_the_audit_can_lose_names_but_nothing_else(store: Store, database: Database) -> None:
    for change in ("action = 'past:x'", "actor = 'bo'", "at = at + 1", "facts = '{}'"):
        with pytest.raises(IntegrityError):
            _do(database, f"UPDATE audit SET {change} WHERE action = 'session:ended'")
