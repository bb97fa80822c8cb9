"""``check_store`` finds each kind of damage, and ``repair_sums`` mends what can be mended."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from catalyst_hub.core.inspection import Invariant
from catalyst_hub.core.sums import SumsPlace, Wanting
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.find_differences import find_differences
from catalyst_hub.usecases.repair_sums import repair_sums
from tests.support.ledger import (
    SUMS,
    assert_sums_are_those_of_the_ledger,
    breaches,
    in_ledger,
)
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database.open(database_url)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    return _lived_in(database)


def _lived_in(database: Database) -> Store:
    store = Store(database, "andes")
    with store.unit_of_work(write=True) as uow:
        for number, name in enumerate(("kofi", "lucia", "amina", "joao")):
            person = a_person(uow, name)
            for days in (0, 20, 40):
                begun_at = NOW - timedelta(days=days, hours=number)
                session = a_session(person, reserved_at=begun_at, profile=f"p{days}")
                stopped(uow, running(uow, session), begun_at + (days + 1) * HOUR)
        released = a_session(person, server_name="never")
        uow.sessions.add(released)
        running(uow, a_session(person, server_name="now"))
    return store


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store to be copied: there are many ways to damage one."""
    path = tmp_path_factory.mktemp("store") / "catalyst.sqlite"
    database = Database.open(f"sqlite:///{path}")
    _lived_in(database)
    database.close()
    return path


@pytest.fixture
def copy(lived_in: Path, tmp_path: Path) -> Iterator[Database]:
    path = shutil.copy(lived_in, tmp_path / "copy.sqlite")
    database = Database.open(f"sqlite:///{path}")
    yield database
    database.close()


def _do(database: Database, statement: str) -> None:
    with database.transaction(write=True) as connection:
        connection.execute(text(statement))


def _found(store: Store) -> set[Invariant]:
    return {breach.invariant for breach in breaches(store)}


def test_in_a_store_that_was_left_alone_all_is_well(store: Store) -> None:
    assert breaches(store) == []


_DAMAGE = {
    "a session that lasted longer than it is charged for": (
        "UPDATE sessions SET ended_at = ended_at + 1 WHERE user_name = 'kofi'",
        Invariant.CHARGES,
    ),
    "a rate that was changed afterwards": (
        "UPDATE sessions SET rate_micros = rate_micros * 2 WHERE user_name = 'kofi'",
        Invariant.CHARGES,
    ),
    "another time zone": (
        "UPDATE sessions SET zone = 'Pacific/Auckland' WHERE user_name = 'kofi'",
        Invariant.CHARGES,
    ),
    "a session that ended and says it runs": (
        "UPDATE sessions SET state = 'released', running_at = NULL WHERE user_name = 'kofi'",
        Invariant.CHARGES,
    ),
    "a released session with a start": (
        "UPDATE sessions SET state = 'released' WHERE user_name = 'kofi'",
        Invariant.STATE,
    ),
    "an end without a reason": (
        "UPDATE sessions SET end_reason = NULL WHERE user_name = 'kofi'",
        Invariant.STATE,
    ),
    "an end before the start": (
        "UPDATE sessions SET ended_at = running_at - 1 WHERE user_name = 'kofi'",
        Invariant.STATE,
    ),
    "two sessions of a server at once": (
        "UPDATE sessions SET user_name = 'lucia' WHERE user_name = 'kofi'",
        Invariant.OVERLAP,
    ),
    "a person of another hub": (
        "UPDATE people SET hub = 'sahel' WHERE name = 'kofi'",
        Invariant.PERSON,
    ),
    **{
        f"a sum of {table} that was changed": (
            f"UPDATE {table} SET micros = micros + 1",
            Invariant.SUMS,
        )
        for table in SUMS
    },
    **{f"{table} without rows": (f"DELETE FROM {table}", Invariant.SUMS) for table in SUMS},
}


@pytest.mark.parametrize("damage", _DAMAGE)
def test_each_kind_of_damage_is_found(copy: Database, damage: str) -> None:
    statement, invariant = _DAMAGE[damage]
    _do(copy, statement)
    assert invariant in _found(Store(copy, "andes"))


def test_two_live_sessions_of_one_server_are_found(store: Store, database: Database) -> None:
    _do(database, "DROP INDEX uq_sessions_live_server")
    _do(database, "UPDATE sessions SET server_name = 'now' WHERE server_name = 'never'")
    assert _found(store) == {Invariant.ONE_LIVE}


def test_a_ledger_that_can_be_rewritten_is_found(store: Store, database: Database) -> None:
    on_sqlite = database.reader.dialect.name == "sqlite"
    name = "ledger_entries_no_update" if on_sqlite else "ledger_entries_append_only"
    _do(database, f"DROP TRIGGER {name}" + ("" if on_sqlite else " ON ledger_entries"))
    assert [(b.invariant, b.row) for b in breaches(store)] == [(Invariant.APPEND_ONLY, name)]


def test_references_that_lead_nowhere_and_broken_pages_are_found(
    copy: Database, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "copy.sqlite", isolation_level=None)) as connection:
        connection.execute("DELETE FROM people WHERE name = 'kofi'")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master"
            " WHERE name = 'ix_audit_hub_community') WHERE name = 'ix_sessions_person_id'"
        )
    copy.close()  # or its connections would go on with the schema that they know
    found = _found(Store(copy, "andes"))
    assert {Invariant.FOREIGN_KEYS, Invariant.PERSON, Invariant.FILE} <= found


# --- mending ---


def _rebuild(store: Store, at_once: int = 5) -> int:
    """As the command does it."""
    rows, place = 0, SumsPlace()
    while True:
        with store.unit_of_work() as uow:
            wanting = find_differences(uow, place)
        for some in wanting.in_parts(at_once):
            with store.unit_of_work(write=True) as uow:
                if not repair_sums(uow, some, "root", NOW):
                    break
            rows += len(some.differences)
        else:
            if wanting.next_place is None:
                return rows
            place = wanting.next_place


def test_sums_that_are_wrong_become_right(store: Store, database: Database) -> None:
    for statement in [statement for statement, kind in _DAMAGE.values() if kind == "sums"]:
        _do(database, statement)
        assert _found(store) == {Invariant.SUMS}
        assert _rebuild(store) > 0
        assert_sums_are_those_of_the_ledger(database)
        assert breaches(store) == []
        assert _rebuild(store) == 0


def test_a_part_that_lacks_much_is_looked_at_until_nothing_is_missing(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalyst_hub.usecases.find_differences._ROWS_AT_ONCE", 2)
    _do(database, "DELETE FROM person_days")
    _rebuild(store)
    assert_sums_are_those_of_the_ledger(database)


def test_sums_of_what_never_was_go_away(store: Store, database: Database) -> None:
    for table, keys in SUMS.items():
        other = ", ".join("'pampa'" if key == "community" else key for key in keys)
        names = ", ".join([*keys, "sessions", "server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros"])
        _do(
            database,
            f"INSERT INTO {table} ({names}) SELECT {other}, 1, 2, 3, 4, 5, 6 FROM {table}",
        )
    _rebuild(store)
    with store.unit_of_work() as uow:
        assert uow.inspection.community_after("") == "savanna"
    with database.transaction(write=False) as connection:
        left = connection.scalar(text("SELECT count(*) FROM person_days WHERE community = 'pampa'"))
    assert left == 0
    assert breaches(store) == []


def test_what_was_repaired_is_told_in_the_audit(store: Store, database: Database) -> None:
    _do(database, "UPDATE community_months SET micros = micros + 1")
    _rebuild(store)
    with database.transaction(write=False) as connection:
        rows = connection.execute(
            text("SELECT actor, facts FROM audit WHERE action = 'sums:repaired'")
        ).all()
    assert [(actor, "community_months" in facts) for actor, facts in rows] == [("root", True)]


def _first_difference(store: Store) -> Wanting:
    place = SumsPlace()
    while True:
        with store.unit_of_work() as uow:
            wanting = find_differences(uow, place)
        if wanting.differences:
            return wanting
        assert wanting.next_place is not None
        place = wanting.next_place


def test_of_two_who_repair_at_once_one_has_to_look_again(store: Store, database: Database) -> None:
    _do(database, "DELETE FROM person_days")
    one, other = _first_difference(store), _first_difference(store)
    with store.unit_of_work(write=True) as uow:
        assert repair_sums(uow, one, "root", NOW)
    with store.unit_of_work(write=True) as uow:
        assert not repair_sums(uow, other, "root", NOW)
    assert _rebuild(store) == 0
    assert_sums_are_those_of_the_ledger(database)


def test_sessions_that_end_between_looking_and_mending_are_counted_once(
    store: Store, database: Database
) -> None:
    _do(database, "DELETE FROM person_days")
    wanting = _first_difference(store)
    with store.unit_of_work(write=True) as uow:
        begun_at = NOW - timedelta(days=2)
        session = a_session(uow.people.by_name("kofi"), reserved_at=begun_at, server_name="late")
        stopped(uow, running(uow, session), begun_at + 30 * HOUR)
    with store.unit_of_work(write=True) as uow:
        assert repair_sums(uow, wanting, "root", NOW)
    _rebuild(store)
    assert_sums_are_those_of_the_ledger(database)


def test_sums_are_rebuilt_right_while_sessions_go_on_ending(
    store: Store, database: Database, database_url: str
) -> None:
    for table in SUMS:
        _do(database, f"DELETE FROM {table}")
    other = Store.open(database_url, "andes")
    before, is_over, ended = in_ledger(database, "hub"), threading.Event(), []

    def go_on_ending() -> None:
        while not is_over.wait(0.001):
            begun_at = NOW - timedelta(hours=len(ended) % 1000)
            with other.unit_of_work(write=True) as uow:
                person = uow.people.by_name(("kofi", "lucia", "amina")[len(ended) % 3])
                session = a_session(person, reserved_at=begun_at, server_name=f"s{len(ended)}")
                stopped(uow, running(uow, session), begun_at + 30 * HOUR)
            ended.append(session)

    thread = threading.Thread(target=go_on_ending)
    thread.start()
    try:
        for _ in range(5):
            _rebuild(store)
    finally:
        is_over.set()
        thread.join()
        other.close()
    assert len(ended) > 5
    assert in_ledger(database, "hub") != before
    assert_sums_are_those_of_the_ledger(database)
    assert breaches(store) == []
