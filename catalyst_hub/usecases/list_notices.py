"""What a person is told of her servers that are going to be stopped."""

from __future__ import annotations

from collections.abc import Mapping

from catalyst_hub.core.notice import Notice
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_notices(uow: UnitOfWork, user_name: str) -> Mapping[str, tuple[Session, Notice]]:
    """Sessions with a notice, by the name of the server."""
    notices = uow.notices.of_live()
    if not notices:
        return {}
    found = (uow.sessions.get(session_id) for session_id in notices)
    return {
        session.key.server_name: (session, notices[session.session_id])
        for session in found
        if session is not None and session.key.user_name == user_name
    }
