"""Writes sessions, charges and corrections as fast as it can: ``python -m tests.crash.hammering
DATABASE_URL HUB``. Each line that it prints is the id of a session whose end was committed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TypeVar
from uuid import uuid4

from catalyst_hub.core.unit_of_work import StoreUnavailableError
from catalyst_hub.store import SqlUnitOfWork, Store
from catalyst_hub.usecases.correct_session import correct_session
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

T = TypeVar("T")


def main(url: str, hub: str) -> None:
    store = Store.open(url, hub)
    _write(store, _carry_over_often)
    me = uuid4().hex
    person = _write(store, lambda uow: a_person(uow, me))
    for number in count():
        begun_at = NOW - timedelta(minutes=number)
        session = a_session(person, reserved_at=begun_at, server_name=f"server-{number}")
        session = replace(session, session_id=f"{me}-{number}")
        session = _write(store, lambda uow, it=session: running(uow, it))
        _write(store, lambda uow, it=session: stopped(uow, it, it.reserved_at + 30 * HOUR))
        # In one piece, for another writes its lines to the same file.
        os.write(sys.stdout.fileno(), f"{session.session_id}\n".encode())
        ended_at = begun_at + (number % 40) * HOUR
        words = session.session_id, ended_at, "hammer", "root", NOW + 99 * HOUR
        _write(store, lambda uow, it=words: correct_session(uow, *it))


def _write(store: Store, work: Callable[[SqlUnitOfWork], T]) -> T:
    """Again and again: of several that hammer one file, some wait for too long."""
    while True:
        try:
            with store.unit_of_work(write=True) as uow:
                return work(uow)
        except StoreUnavailableError:
            continue


def _carry_over_often(uow: SqlUnitOfWork) -> None:
    """The log goes over into the file after some transactions, not after some hundreds: the
    moments at which both change are those to be met."""
    driver = uow.audit._connection.connection.dbapi_connection
    driver.execute("PRAGMA wal_autocheckpoint = 60")


if __name__ == "__main__":
    main(*sys.argv[1:])
