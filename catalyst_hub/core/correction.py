"""Corrections: a session that was charged for too long, or not long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session, SessionState


class CorrectionRefusal(StrEnum):
    """Why the end of a session cannot be moved there."""

    UNKNOWN = "unknown"
    NOT_ENDED = "not-ended"
    SAME = "same"
    BEFORE_START = "before-start"
    IN_FUTURE = "in-future"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class Correction:
    """What came of one: the session as it was, its end now, and what was added to its use."""

    session: Session
    ended_at: datetime
    added: Usage


def correction_refusal(
    session: Session | None, ended_at: datetime, next_start: datetime | None, now: datetime
) -> CorrectionRefusal | None:
    """None: it may end at ``ended_at``. A server runs once at a time, so no later than its next
    session began (``next_start``)."""
    if session is None:
        return CorrectionRefusal.UNKNOWN
    if session.state is not SessionState.ENDED or session.running_at is None:
        return CorrectionRefusal.NOT_ENDED
    if ended_at == session.ended_at:
        return CorrectionRefusal.SAME
    if ended_at < session.running_at:
        return CorrectionRefusal.BEFORE_START
    if ended_at > now:
        return CorrectionRefusal.IN_FUTURE
    if next_start is not None and ended_at > next_start:
        return CorrectionRefusal.OVERLAP
    return None
