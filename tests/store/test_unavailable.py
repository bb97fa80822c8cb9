"""A database that cannot answer says so, loses nothing, and is used again once it can."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store import Database, Store, StoreSettingsError
from tests.support.databases import PostgresqlServer
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that other accounts can reach, unlike pytest's."""
    folder = Path(tempfile.mkdtemp(prefix="catalyst-store-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "catalyst.sqlite"


@pytest.fixture
def sqlite_store(path: Path) -> Iterator[Store]:
    store = Store.open(f"sqlite:///{path}", "andes")
    yield store
    store.close()


@contextmanager
def _unprivileged() -> Iterator[None]:
    """Permissions mean nothing to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def _session_of_kofi(store: Store) -> Session:
    with store.unit_of_work(write=True) as uow:
        return running(uow, a_session(a_person(uow)))


def _close(store: Store, session: Session) -> None:
    with store.unit_of_work(write=True) as uow:
        uow.limits.lock("savanna")
        assert stopped(uow, session, NOW + HOUR)


def _is_charged(store: Store, session: Session) -> bool:
    with store.unit_of_work() as uow:
        found = uow.sessions.get(session.session_id)
        day = uow.reports.first_day()
    assert found is not None
    assert (day is None) == found.is_live, "the session and its charges are written together"
    return not found.is_live


def test_a_locked_database_is_given_two_seconds(
    sqlite_store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = _session_of_kofi(sqlite_store)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="locked"):
        _close(sqlite_store, session)
    assert 1.5 < time.monotonic() - before < 30
    assert not _is_charged(sqlite_store, session), "readers do not wait for a writer"
    assert "Another process holds it" in caplog.text
    other.close()
    _close(sqlite_store, session)
    assert _is_charged(sqlite_store, session)


def test_who_opens_the_file_while_another_process_closes_it_waits(
    sqlite_store: Store, path: Path
) -> None:
    """Whoever closes it last carries the log over and has the file for itself meanwhile."""
    session = _session_of_kofi(sqlite_store)
    sqlite_store.close()
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")
    slow_disk = threading.Timer(0.3, other.close)
    slow_disk.start()
    _close(sqlite_store, session)
    slow_disk.join()
    assert _is_charged(sqlite_store, session)


def test_a_process_that_writes_without_a_pause_shuts_no_other_out(
    sqlite_store: Store, path: Path
) -> None:
    """It lets go for half a millisecond in thirty: who asks seldom finds it taken each time."""
    session = _session_of_kofi(sqlite_store)
    is_taken, is_over = threading.Event(), threading.Event()

    def write_on_and_on() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            while not is_over.is_set():
                other.execute("BEGIN IMMEDIATE")
                is_taken.set()
                time.sleep(0.03)
                other.execute("ROLLBACK")
                time.sleep(0.0005)

    with ThreadPoolExecutor(1) as thread:
        busy = thread.submit(write_on_and_on)
        try:
            for _ in range(15):
                is_taken.clear()
                assert is_taken.wait(timeout=10)
                with sqlite_store.unit_of_work(write=True) as uow:
                    assert uow.sessions.get(session.session_id) == session
        finally:
            is_over.set()
        busy.result()


def test_a_read_only_database_reads_and_says_that_it_cannot_write(
    sqlite_store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = _session_of_kofi(sqlite_store)
    # As on a file system that was remounted read-only: the files beside it stay where they are.
    keeper = sqlite3.connect(path)
    keeper.execute("SELECT count(*) FROM sessions").fetchone()
    sqlite_store.close()
    for file in path.parent.iterdir():
        file.chmod(0o444)
    with _unprivileged():
        with pytest.raises(StoreUnavailableError, match="readonly"):
            _close(sqlite_store, session)
        assert not _is_charged(sqlite_store, session)
        assert "must be able to write" in caplog.text
        sqlite_store.close()
    for file in path.parent.iterdir():
        file.chmod(0o644)
    keeper.close()
    _close(sqlite_store, session)
    assert _is_charged(sqlite_store, session)


def test_the_connection_that_met_a_read_only_file_is_not_used_again(
    sqlite_store: Store, path: Path
) -> None:
    session = _session_of_kofi(sqlite_store)
    sqlite_store.close()
    path.chmod(0o444)
    path.parent.chmod(0o777)
    with _unprivileged(), pytest.raises(StoreUnavailableError):
        _close(sqlite_store, session)
    for file in path.parent.iterdir():
        file.chmod(0o666)
    with _unprivileged():
        _close(sqlite_store, session)
        assert _is_charged(sqlite_store, session)
        sqlite_store.close()


def test_a_disk_that_is_full_when_the_ledger_is_written_leaves_the_session_running(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database.open(f"sqlite:///{path}")
    store = Store(database, "andes")
    session = _session_of_kofi(store)
    _fill_up(database, session)
    with pytest.raises(StoreUnavailableError, match="full") as refused:
        _close(store, session)
    assert "INSERT INTO ledger_entries" in str(refused.value.__cause__)
    assert not _is_charged(store, session)
    assert "Free some space" in caplog.text
    # The connection was thrown away, and with it the limit: there is space again.
    _close(store, session)
    assert _is_charged(store, session)
    database.close()


def _fill_up(database: Database, session: Session) -> None:
    """Not one more row fits into the ledger: what a full disk says, by SQLite's own limit."""
    with database.transaction(write=True) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # not less than there are now
        for size in (3000, 100, 1):
            row = {"session_id": session.session_id, "padding": "x" * size}
            with pytest.raises(OperationalError, match="full"):
                while True:
                    connection.exec_driver_sql(_PADDING, row)


_PADDING = """
    INSERT INTO ledger_entries (hub, session_id, kind, day_on, starts_at, ends_at, server_ms,
                                cpu_ms, mib_ms, gpu_ms, micros, currency)
    VALUES ('x', :session_id, 'correction', :padding, 0, 0, 0, 0, 0, 0, 0, 'x')
"""


def test_a_folder_that_the_hub_may_not_write_is_named_at_the_start(path: Path) -> None:
    path.parent.chmod(0o555)
    with _unprivileged(), pytest.raises(StoreSettingsError, match=f"{path} cannot be opened"):
        Database.open(f"sqlite:///{path}")
    path.parent.chmod(0o755)


@pytest.mark.parametrize("damage", [b"", b"this is not a database" * 1000])
def test_a_corrupt_file_is_reported_and_used_again_once_restored(
    sqlite_store: Store, path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    session = _session_of_kofi(sqlite_store)
    sqlite_store.close()
    backup = path.read_bytes()
    path.write_bytes(damage)
    for write in (True, False):
        with pytest.raises(StoreUnavailableError), sqlite_store.unit_of_work(write) as uow:
            uow.sessions.get(session.session_id)
    assert "restore" in caplog.text
    path.write_bytes(backup)
    _close(sqlite_store, session)
    assert _is_charged(sqlite_store, session)


def test_a_file_damaged_in_the_middle_is_reported(sqlite_store: Store, path: Path) -> None:
    session = _session_of_kofi(sqlite_store)
    sqlite_store.close()
    backup = path.read_bytes()
    path.write_bytes(backup[:4096] + os.urandom(len(backup) - 4096))
    with pytest.raises(StoreUnavailableError, match="malformed"):
        _close(sqlite_store, session)
    path.write_bytes(backup)
    _close(sqlite_store, session)


def test_a_file_that_vanishes_under_open_connections_takes_no_writes(
    sqlite_store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = _session_of_kofi(sqlite_store)
    assert not _is_charged(sqlite_store, session)
    hidden = path.with_name("hidden")
    path.rename(hidden)
    for write in (True, False):
        with pytest.raises(StoreUnavailableError), sqlite_store.unit_of_work(write) as uow:
            uow.limits.lock("savanna")
    assert "is gone" in caplog.text
    assert not path.exists(), "no empty database in its place"
    hidden.rename(path)
    _close(sqlite_store, session)
    assert _is_charged(sqlite_store, session)


def test_a_file_that_is_replaced_is_the_one_used(sqlite_store: Store, path: Path) -> None:
    session = _session_of_kofi(sqlite_store)
    sqlite_store.close()
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    assert not _is_charged(sqlite_store, session)
    copy.replace(path)
    _close(sqlite_store, session)
    sqlite_store.close()
    assert _is_charged(sqlite_store, session)


@pytest.mark.postgresql
def test_a_postgresql_row_that_stays_locked_is_given_two_seconds(
    postgresql_server: PostgresqlServer,
) -> None:
    url = postgresql_server.new_database()
    first, second = Store.open(url, "andes"), Store.open(url, "andes")
    with first.unit_of_work(write=True) as uow:
        uow.limits.lock("savanna")
        before = time.monotonic()
        with (
            pytest.raises(StoreUnavailableError, match="timeout"),
            second.unit_of_work(True) as late,
        ):
            late.limits.lock("savanna")
        assert 1.5 < time.monotonic() - before < 30
    with second.unit_of_work(write=True) as uow:
        uow.limits.lock("savanna")
    first.close()
    second.close()


@pytest.mark.postgresql
def test_a_postgresql_server_that_restarts_is_used_again_at_once(
    postgresql_server: PostgresqlServer,
) -> None:
    store = Store.open(postgresql_server.new_database(), "andes")
    session = _session_of_kofi(store)
    assert not _is_charged(store, session)
    postgresql_server.stop()
    with pytest.raises(StoreUnavailableError):
        _close(store, session)
    postgresql_server.start()
    _close(store, session)
    assert _is_charged(store, session)
    store.close()
