"""A person has read why a server of hers was stopped."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.unit_of_work import UnitOfWork


def dismiss_notice(uow: UnitOfWork, user_name: str, session_id: str, now: datetime) -> None:
    """Show it no more; nothing is done where there is nothing of hers."""
    for session, notice in uow.notices.carried_out(user_name):
        if session.session_id == session_id:
            uow.notices.dismiss(notice, now)
