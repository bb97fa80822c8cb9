"""A server is gone: its session ends and is charged, or its reservation is given back."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import HUB, Action, about
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.notice import Notice
from catalyst_hub.core.session import (
    Ending,
    EndReason,
    ServerKey,
    Session,
    SessionState,
    best_evidence,
    ended,
)
from catalyst_hub.core.unit_of_work import UnitOfWork


def close_session(
    uow: UnitOfWork,
    key: ServerKey,
    now: datetime,
    alive_at: datetime | None = None,
    cause: EndReason | None = None,
) -> Session | None:
    """Close the live session of a server; None: there is none, or not any more.

    ``alive_at`` None: the Hub stopped the server itself, so it ended now. Otherwise the Hub found
    it dead, and this is when it last found it alive (``UNSEEN`` if it never looked): the session
    ends at the best evidence and is marked estimated. ``cause`` is why the start failed or the
    server died, where that is known; it changes nothing of when.
    """
    session = _locked(uow, key)
    if session is None:
        return None
    if session.state is SessionState.RESERVED:
        ending = Ending(now, cause or EndReason.NEVER_STARTED)
        uow.sessions.release(session.session_id, ending)
        action = Action.SESSION_RELEASED
    else:
        notices = uow.notices.of_live(user_name=key.user_name)
        notice = notices.get(session.session_id)
        ending = _ending(session, now, alive_at, cause, notice)
        uow.sessions.end(session, ending, charges(session, ending.ended_at))
        action = Action.SESSION_ENDED
    facts = about(session, reason=ending.reason, estimate_ms=ending.estimate_ms)
    uow.audit.add(now, HUB, action, **facts)
    return ended(session, ending)


def _locked(uow: UnitOfWork, key: ServerKey) -> Session | None:
    """The live session, read again once its community's lock is held."""
    session = uow.sessions.live(key)
    if session is None:
        return None
    uow.limits.lock(session.choice.community)
    return uow.sessions.live(key)


def _ending(
    session: Session,
    now: datetime,
    alive_at: datetime | None,
    cause: EndReason | None,
    notice: Notice | None,
) -> Ending:
    if alive_at is not None:
        return best_evidence(session, now, alive_at, cause or EndReason.LOST)
    asked = EndReason(notice.reason) if notice and notice.asked_at else None
    # A clock that was set back must not end a session before it began.
    return Ending(max(now, session.running_at or now), asked or cause or EndReason.STOPPED)
