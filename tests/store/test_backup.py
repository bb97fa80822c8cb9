"""Backups that are restored, on both databases, while somebody goes on writing."""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store import Database, Store, StoreSettingsError, back_up
from tests.support.databases import PostgresqlServer
from tests.support.ledger import assert_sums_are_those_of_the_ledger, breaches, in_ledger
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped


@contextmanager
def _use_going_on(url: str) -> Iterator[list[str]]:
    """Sessions end all the time; the ids of those that have."""
    store, is_over, ended = Store.open(url, "andes"), threading.Event(), list[str]()

    def go_on() -> None:
        with store.unit_of_work(write=True) as uow:
            person = a_person(uow)
        while not is_over.wait(0.001):
            begun_at = NOW - timedelta(hours=len(ended))
            with store.unit_of_work(write=True) as uow:
                session = a_session(person, reserved_at=begun_at, server_name=f"s{len(ended)}")
                stopped(uow, running(uow, session), begun_at + 30 * HOUR)
            ended.append(session.session_id)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        while len(ended) < 20:
            assert thread.is_alive()
        yield ended
    finally:
        is_over.set()
        thread.join()
        store.close()


def _assert_restored(url: str, ended: set[str]) -> None:
    database = Database.open(url)
    there = {str(key[0]) for key in in_ledger(database, "session_id")}
    assert ended <= there
    assert_sums_are_those_of_the_ledger(database)
    assert breaches(Store(database, "andes")) == []
    database.close()


def test_a_backup_of_a_store_in_use_is_whole_and_restores(tmp_path: Path) -> None:
    url, target = f"sqlite:///{tmp_path / 'catalyst.sqlite'}", tmp_path / "backup.sqlite"
    with _use_going_on(url) as ended:
        before = set(ended)
        size = back_up(url, target)
    assert target.stat().st_size == size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob("backup*")) == ["backup.sqlite"]
    _assert_restored(f"sqlite:///{target}", before)


def test_a_backup_is_never_overwritten(tmp_path: Path) -> None:
    url, target = f"sqlite:///{tmp_path / 'catalyst.sqlite'}", tmp_path / "backup.sqlite"
    Store.open(url, "andes").close()
    target.write_text("last night's")
    with pytest.raises(FileExistsError, match="never overwritten"):
        back_up(url, target)
    assert target.read_text() == "last night's"


def test_of_a_backup_that_fails_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "catalyst.sqlite").write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreUnavailableError, match="cannot be copied"):
        back_up(f"sqlite:///{tmp_path / 'catalyst.sqlite'}", tmp_path / "backup.sqlite")
    assert not list(tmp_path.glob("backup*"))


def test_for_postgresql_its_own_tool_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreSettingsError, match="pg_dump"):
        back_up("postgresql+psycopg://catalyst@/catalyst", tmp_path / "backup")


@pytest.mark.postgresql
def test_a_dump_of_a_store_in_use_is_whole_and_restores(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    url, empty = postgresql_server.new_database(), postgresql_server.empty_database()
    dump = tmp_path / "catalyst.dump"
    reach = {**os.environ, "PGHOST": str(postgresql_server.folder), "PGUSER": "postgres"}
    source, target = (found.partition("@/")[2].partition("?")[0] for found in (url, empty))
    with _use_going_on(url) as ended:
        before = set(ended)
        subprocess.run(
            ["pg_dump", "--format=custom", f"--file={dump}", source], check=True, env=reach
        )
    subprocess.run(
        ["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={target}", dump],
        check=True,
        env=reach,
    )
    _assert_restored(empty, before)


def test_a_link_that_somebody_has_prepared_is_not_followed(tmp_path: Path) -> None:
    url, theirs = f"sqlite:///{tmp_path / 'catalyst.sqlite'}", tmp_path / "precious"
    Store.open(url, "andes").close()
    theirs.write_text("untouched")
    (tmp_path / "backup.sqlite.partial").symlink_to(theirs)
    back_up(url, tmp_path / "backup.sqlite")
    assert theirs.read_text() == "untouched"
    assert stat.S_IMODE((tmp_path / "backup.sqlite").stat().st_mode) == 0o600
