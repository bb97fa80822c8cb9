"""What happened to servers, on the Hub's own disk until the ledger knows of it.

An SQLite file of one Hub: a killed process loses nothing that it had written down, and half a line
is none. Only after :meth:`Journal.sync` it also outlives the machine's power, so that a start or a
stop does not wait for the disk as long as the ledger's store is there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from catalyst_hub.core.server_event import Happened, ServerEvent
from catalyst_hub.core.session import EndReason, ServerKey

#: Seconds to wait for the Hub before, which may still be ending.
_PATIENCE_S = 5
_TABLE = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    user_name TEXT NOT NULL,
    server_name TEXT NOT NULL,
    happened TEXT NOT NULL,
    at TEXT NOT NULL,
    alive_at TEXT,
    cause TEXT
)
"""
_ADD = (
    "INSERT INTO events (user_name, server_name, happened, at, alive_at, cause)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)


class JournalError(Exception):
    """The file cannot be used; the message says what SQLite or the system says of it."""


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, sqlite3.Error) as error:
        raise JournalError(str(error)) from error


class Journal:
    """The events that are in the file, each with a number of its own; later ones have higher ones.

    Everything may raise JournalError: the first as well when another Hub has the file,
    :meth:`events` when a later version has written what this one cannot read.
    """

    def __init__(self, path: Path) -> None:
        with _told():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            self._file = sqlite3.connect(path, timeout=_PATIENCE_S, isolation_level=None)
            # Held by one process: else a file on a network could not have a journal of writes.
            self._file.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = NORMAL")
            # Names do not stay behind in a page that is free.
            self._file.execute("PRAGMA secure_delete = ON")
            self._file.execute(_TABLE)

    def events(self) -> list[tuple[int, ServerEvent]]:
        """What was written down and not removed, the oldest first."""
        with _told():
            rows = self._file.execute("SELECT * FROM events ORDER BY number")
            return [(number, _event(*row)) for number, *row in rows]

    def add(self, event: ServerEvent) -> int | None:
        """Write down; the answer is its number."""
        with _told():
            return self._file.execute(_ADD, _row(event)).lastrowid

    def remove(self, number: int) -> None:
        """The ledger knows of it."""
        with _told():
            self._file.execute("DELETE FROM events WHERE number = ?", (number,))

    def sync(self) -> None:
        """Have the disk itself keep what is written down."""
        with _told():
            self._file.execute("PRAGMA wal_checkpoint")

    def close(self) -> None:
        """Leave the file to the next Hub."""
        with _told():
            self._file.close()


def _row(event: ServerEvent) -> tuple[str | None, ...]:
    key, at = event.key, event.at.isoformat()
    alive_at = event.alive_at.isoformat() if event.alive_at else None
    return key.user_name, key.server_name, event.happened, at, alive_at, event.cause


def _event(
    user_name: str,
    server_name: str,
    happened: str,
    at: str,
    alive_at: str | None,
    cause: str | None,
) -> ServerEvent:
    return ServerEvent(
        ServerKey(user_name, server_name),
        Happened(happened),
        datetime.fromisoformat(at),
        datetime.fromisoformat(alive_at) if alive_at else None,
        EndReason(cause) if cause else None,
    )
