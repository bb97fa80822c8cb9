"""What can be wrong with a database, told apart: its settings, or that it cannot answer now."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.exc import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from catalyst_hub.core.unit_of_work import StoreUnavailableError

log = logging.getLogger(__name__)


class StoreSettingsError(Exception):
    """The database can never work as configured; the message says what to change."""


_UNAVAILABLE = (OperationalError, InterfaceError, InternalError, PoolTimeoutError)

#: What an operator does about it, by a word in the database's own message.
_ADVICE = {
    "locked": "Another process holds it; find out which (for SQLite: fuser FILE).",
    "lock timeout": "Another transaction holds a row for long; see pg_stat_activity.",
    "readonly": "The hub's user must be able to write the file and its folder.",
    "read-only": "The hub needs a database that accepts writes, not a standby.",
    "full": "Free some space on its disk.",
    "unable to open": "The file or its folder is gone or closed to the hub's user.",
    "malformed": "Stop the hub, keep a copy of the file, and restore the last backup.",
    "not a database": "Stop the hub, keep a copy of the file, and restore the last backup.",
    "no such table": "The file was replaced by another one; restore it and restart the hub.",
}


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Turn a database that cannot answer into StoreUnavailableError, with a line for operators."""
    try:
        yield
    except SQLAlchemyError as error:
        if not is_unavailable(error):
            raise
        reason = str(getattr(error, "orig", None) or error).strip()
        log.error("The database cannot answer: %s. %s", reason, _advice(reason))
        raise StoreUnavailableError(f"the database cannot answer: {reason}") from error


@contextmanager
def discarded_when_broken(connection: Connection) -> Iterator[None]:
    """Never use a connection again that failed this way.

    A SQLite connection that was opened while its file was read-only or corrupt stays so; a new
    one finds out whether the cause is gone.
    """
    try:
        yield
    except SQLAlchemyError as error:
        if is_unavailable(error) and not connection.closed:
            connection.invalidate()
        raise


def is_unavailable(error: SQLAlchemyError) -> bool:
    """Whether the database is at fault rather than the statement.

    The plain DatabaseError is SQLite's for a corrupt file; its other subclasses are ours.
    """
    return isinstance(error, _UNAVAILABLE) or type(error) is DatabaseError


def _advice(reason: str) -> str:
    return next((advice for word, advice in _ADVICE.items() if word in reason.lower()), "")
