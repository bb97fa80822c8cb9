"""A database that is open: its schema in place, one way to write and a few to read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, Self

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError

from catalyst_hub.store.errors import (
    StoreSettingsError,
    discarded_when_broken,
    told_as_unavailable,
)
from catalyst_hub.store.migrations import HEAD, migrate
from catalyst_hub.store.postgresql import Postgresql
from catalyst_hub.store.sqlite import Sqlite

#: Threads that read at once in one process; a process has one writer.
READERS = 4


class Backend(Protocol):
    """What the two kinds of database do differently before the first statement."""

    def prepare(self) -> None: ...
    def engine(self, *, is_writer: bool, pool_size: int) -> Engine: ...
    def migrating(self, writer: Engine) -> AbstractContextManager[Connection]: ...


def _backend(url: str) -> Backend:
    parsed = _parsed(url)
    match parsed.get_backend_name():
        case "sqlite":
            return Sqlite(parsed)
        case "postgresql":
            return Postgresql(parsed)
        case other:
            raise StoreSettingsError(f"{other}: the store speaks sqlite and postgresql+psycopg")


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise StoreSettingsError(
            "the database URL cannot be read; it looks like sqlite:////srv/catalyst.sqlite "
            "or postgresql+psycopg://user@host/database"
        ) from None


class Database:
    """Transactions on one database, for one process."""

    def __init__(self, writer: Engine, reader: Engine) -> None:
        self.writer = writer
        self.reader = reader

    @classmethod
    def open(cls, url: str) -> Self:
        """Open, and create or migrate where needed, once among all processes.

        Raises StoreSettingsError when it can never work, StoreUnavailableError when it cannot now.
        """
        backend = _backend(url)
        backend.prepare()
        database = cls(
            backend.engine(is_writer=True, pool_size=1),
            # One more for the writing thread, which may look something up before it writes.
            backend.engine(is_writer=False, pool_size=READERS + 1),
        )
        with told_as_unavailable():
            migrate(database.reader, lambda: backend.migrating(database.writer))
        return database

    @property
    def about(self) -> str:
        """Its kind and version, and the version of our tables."""
        dialect = self.reader.dialect
        kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[dialect.name]
        version = ".".join(map(str, dialect.server_version_info or ()))
        return f"{kind} {version}, schema {HEAD}"

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Connection]:
        """Commits when the block ends, rolls back when it raises.

        Raises StoreUnavailableError when the database cannot answer; nothing is written then.
        """
        engine = self.writer if write else self.reader
        with (
            told_as_unavailable(),
            engine.connect() as connection,
            discarded_when_broken(connection),
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.writer.dispose()
        self.reader.dispose()
