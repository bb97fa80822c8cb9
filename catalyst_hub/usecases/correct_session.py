"""The operator says when a session really ended; its days and months follow exactly."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action, about
from catalyst_hub.core.correction import Correction, CorrectionRefusal, correction_refusal
from catalyst_hub.core.ledger import corrections
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def correct_session(
    uow: UnitOfWork, session_id: str, ended_at: datetime, reason: str, actor: str, now: datetime
) -> Correction | CorrectionRefusal:
    """Move the end of an ended session, by entries that are added to the ledger; or say why not.

    ``ended_at`` counts by whole milliseconds, as everything in the store.
    """
    ended_at = ended_at.replace(microsecond=ended_at.microsecond // 1000 * 1000)
    session = _locked(uow, session_id)
    next_start = uow.sessions.next_start(session) if session else None
    refusal = correction_refusal(session, ended_at, next_start, now)
    if session is None or refusal is not None:
        return refusal or CorrectionRefusal.UNKNOWN
    entries = corrections(session, ended_at)
    if not uow.sessions.correct(session, ended_at, entries):
        return CorrectionRefusal.NOT_ENDED
    added = sum((entry.usage for entry in entries), Usage())
    facts = about(
        session,
        was_ended_at=session.ended_at.isoformat() if session.ended_at else None,
        ended_at=ended_at.isoformat(),
        micros=added.micros,
        reason=reason,
    )
    uow.audit.add(now, actor, Action.SESSION_CORRECTED, **facts)
    return Correction(session, ended_at, added)


def _locked(uow: UnitOfWork, session_id: str) -> Session | None:
    """The session, read again once its community's lock is held."""
    session = uow.sessions.get(session_id)
    if session is None:
        return None
    uow.limits.lock(session.choice.community)
    return uow.sessions.get(session_id)
