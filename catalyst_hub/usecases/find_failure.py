"""Why somebody's server does not run, where it failed by itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from catalyst_hub.core.session import DEATHS, FAILED_STARTS, ServerKey, Session
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER

#: Whoever comes later wants to start it, and not to read what once was.
_NEWS_FOR = timedelta(hours=1)


def find_failure(
    uow: UnitOfWork, key: ServerKey, now: datetime, session_id: str = ""
) -> Session | None:
    """The last run of a server, if its start failed or it died, a short while ago; or however long
    ago, if the run is the one of ``session_id``.

    What was started ahead, and failed, its owner has not missed.
    """
    last = uow.sessions.latest(key)
    if last is None or last.ended_at is None or last.end_reason not in FAILED_STARTS | DEATHS:
        return None
    if session_id:
        return last if last.session_id == session_id else None
    return last if last.actor != WARMER and now - last.ended_at < _NEWS_FOR else None


def find_failures(
    uow: UnitOfWork, user_name: str, servers: Iterable[str], now: datetime
) -> Sequence[Session]:
    """The same of several servers of one person, of each that has failed."""
    found = (find_failure(uow, ServerKey(user_name, server), now) for server in servers)
    return [failed for failed in found if failed is not None]
