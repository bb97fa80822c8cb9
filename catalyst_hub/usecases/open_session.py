"""A server answers: its reservation becomes a running session."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.session import ServerKey, Session, SessionState
from catalyst_hub.core.unit_of_work import UnitOfWork


def open_session(uow: UnitOfWork, key: ServerKey, now: datetime) -> Session | None:
    """Begin to count. A second call changes nothing.

    A server that comes up after its reservation was given back counts, too: it is there. None:
    the store knows of no reservation, and the next reconciliation will adopt the server.
    """
    session = uow.sessions.live(key) or uow.sessions.latest(key)
    if session is None or session.state is SessionState.ENDED:
        return None
    if session.state is SessionState.RUNNING:
        return session
    is_late = session.state is SessionState.RELEASED
    if is_late:
        uow.limits.lock(session.choice.community)
    running_at = max(now, session.reserved_at)
    uow.sessions.run(session.session_id, running_at)
    action = Action.SESSION_REOPENED if is_late else Action.SESSION_RUNNING
    uow.audit.add(now, HUB, action, **about(session))
    return replace(
        session,
        state=SessionState.RUNNING,
        running_at=running_at,
        ended_at=None,
        end_reason=None,
        estimate_ms=None,
    )
