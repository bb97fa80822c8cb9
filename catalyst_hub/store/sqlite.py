"""SQLite: one file of our own on a local disk, safe against power cuts."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store.errors import StoreSettingsError

LOCK_TIMEOUT_S = 2.0
#: A writer asks every millisecond whether the file is free. SQLite's own patience asks ten times
#: a second after a while, so that two processes which write at the same time shut each other out.
_ASK_OFTEN = "PRAGMA busy_timeout = 1"
_MIGRATION_TIMEOUT_S = 60.0


class Sqlite:
    """How to open and to migrate one SQLite file."""

    def __init__(self, url: URL) -> None:
        if not url.database or url.database == ":memory:" or url.query:
            raise StoreSettingsError(
                f"{url}: the store needs a file that its processes share, "
                "for example sqlite:////srv/jupyterhub/catalyst.sqlite"
            )
        self._url = url
        self._path = Path(url.database).absolute()

    def prepare(self) -> None:
        """Make sure that the file is there, ours alone to read."""
        if not self._path.parent.is_dir():
            raise StoreSettingsError(
                f"the folder {self._path.parent} of the database {self._path.name} does not "
                "exist; create it, owned by the hub's user"
            )
        try:
            # SQLite gives the files beside it (-wal, -shm) the same mode.
            os.close(os.open(self._path, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise StoreSettingsError(
                f"the database {self._path} cannot be opened: {error.strerror}; the hub's user "
                "must be able to write it and its folder"
            ) from error

    def engine(self, *, is_writer: bool, pool_size: int) -> Engine:
        """Connections that write (each transaction takes the write lock at once) or only read."""
        engine = create_engine(
            self._url,
            creator=lambda: self._connect(is_writer),
            poolclass=QueuePool,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=LOCK_TIMEOUT_S,
        )
        event.listen(engine, "begin", _begin_to_write if is_writer else _begin_to_read)
        event.listen(engine, "connect", self._note_file)
        event.listen(engine, "checkout", self._check_file)
        return engine

    @contextmanager
    def migrating(self, writer: Engine) -> Iterator[Connection]:
        """A transaction that changes the schema, while no other process does."""
        with _flock(self._path.parent), writer.connect() as connection:
            _use_wal(connection, self._path)
            with connection.begin():
                yield connection

    def _connect(self, is_writer: bool) -> sqlite3.Connection:
        # mode=rw: a file that has vanished is an error, not a new and empty database.
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=rw",
            uri=True,
            timeout=LOCK_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # What is deleted is overwritten at once: a person who was erased must not be found in
        # the free space of the file.
        connection.execute("PRAGMA secure_delete = ON")
        # Whoever's commit fills the log carries it over, and waits: 16 MiB make that one start
        # in some hundreds instead of one in sixty.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
        if is_writer:
            # Only now: what stands above reads the file, and another process that closes it as
            # the last one has it for itself for as long as the disk takes.
            connection.execute(_ASK_OFTEN)
        else:
            connection.execute("PRAGMA query_only = ON")
        return connection

    def _file(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _note_file(self, _: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = self._file()

    def _check_file(self, _: Any, entry: ConnectionPoolEntry, __: Any) -> None:
        # A file that was deleted under an open connection takes every write and keeps none.
        if entry.info["file"] != self._file():
            raise DisconnectionError(f"{self._path} is not the file it was")


def _begin_to_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """A deferred transaction that turns to writing after it has read fails at once when another
    wrote meanwhile, whatever the timeout; so writers begin as writers."""
    driver: Any = connection.connection.dbapi_connection
    deadline = time.monotonic() + LOCK_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
        else:
            return
    # Whatever is wrong is told by SQLAlchemy.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _use_wal(connection: Connection, path: Path) -> None:
    # Asked of the driver, for SQLAlchemy would begin a transaction, in which it cannot be changed.
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(f"PRAGMA busy_timeout = {round(1000 * LOCK_TIMEOUT_S)}")
        (mode,) = driver.execute("PRAGMA journal_mode = WAL").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreUnavailableError(f"the database {path} cannot be prepared: {error}") from error
    finally:
        driver.execute(_ASK_OFTEN)
    if mode != "wal":
        raise StoreSettingsError(f"{path} must lie on a local disk: SQLite cannot use WAL there")


@contextmanager
def _flock(folder: Path) -> Iterator[None]:
    """Wait for our turn. The folder is locked, not the file: closing a second handle of the file
    would drop SQLite's own locks."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        _wait_for(handle, time.monotonic() + _MIGRATION_TIMEOUT_S)
        yield
    finally:
        os.close(handle)


def _wait_for(handle: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreUnavailableError(
                    "another process has been migrating the database for a minute"
                ) from None
        time.sleep(0.02)
