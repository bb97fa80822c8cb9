"""Servers whose owners have had their time to save what they were doing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_due_notices(uow: UnitOfWork, now: datetime) -> Sequence[Session]:
    """Live sessions with a notice that is due: to be looked at once more, then stopped."""
    notices = uow.notices.of_live()
    due = {session_id for session_id, notice in notices.items() if notice.is_due(now)}
    if not due:
        return []
    return [session for session in uow.sessions.all_live() if session.session_id in due]
