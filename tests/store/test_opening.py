from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store import Database, Store, StoreSettingsError
from tests.support.sessions import NOW


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://amina:secret@db/catalyst", "name the driver, postgresql.psycopg://amina"),
        ("mysql://db/catalyst", "sqlite and postgresql"),
        ("catalyst.sqlite", "cannot be read; it looks like sqlite:////srv"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:////nowhere/at/all/catalyst.sqlite", "/nowhere/at/all .* create it"),
    ],
)
def test_a_url_that_can_never_work_says_what_to_write_instead(url: str, says: str) -> None:
    with pytest.raises(StoreSettingsError, match=says):
        Database.open(url)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreSettingsError, match="Is a directory"):
        Database.open(f"sqlite:///{tmp_path}")


def test_a_new_file_that_another_process_holds_is_unavailable_not_wrong(tmp_path: Path) -> None:
    path = tmp_path / "catalyst.sqlite"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailableError, match="locked"):
        Database.open(f"sqlite:///{path}")
    other.close()
    Database.open(f"sqlite:///{path}").close()


def test_a_message_about_a_url_never_shows_its_password() -> None:
    with pytest.raises(StoreSettingsError) as refused:
        Database.open("postgresql://amina:secret@db/catalyst")
    assert "secret" not in str(refused.value)


def test_a_new_file_and_those_beside_it_are_for_the_hubs_user_only(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/catalyst.sqlite", "andes")
    with store.unit_of_work(write=True) as uow:
        uow.limits.lock("savanna")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    store.close()
    assert modes == dict.fromkeys(
        ("catalyst.sqlite", "catalyst.sqlite-wal", "catalyst.sqlite-shm"), 0o600
    )


def test_a_path_with_spaces_and_signs_is_that_file(tmp_path: Path) -> None:
    folder = tmp_path / "a b#cé"
    folder.mkdir()
    Store.open(f"sqlite:///{folder}/catalyst.sqlite", "andes").close()
    assert (folder / "catalyst.sqlite").stat().st_size > 0


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_survives_power_cuts_and_checks_references(
    tmp_path: Path, pragma: str, value: object
) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/catalyst.sqlite")
    for write in (True, False):
        with database.transaction(write=write) as connection:
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value
    database.close()


def test_a_unit_of_work_that_reads_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailableError), store.unit_of_work() as uow:
        uow.limits.lock("savanna")


def test_what_raises_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.unit_of_work(write=True) as uow:
        uow.people.add("kofi", "Kofi", None, NOW)
        raise ZeroDivisionError
    with store.unit_of_work() as uow:
        assert uow.people.by_name("kofi") is None
