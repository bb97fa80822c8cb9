"""A server says what it is doing."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalyst_hub.core.server_report import Said, ServerReport
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork


def record_report(uow: UnitOfWork, key: ServerKey, said: Said, now: datetime) -> bool:
    """Keep it for the server's run. False: the store knows of none.

    Its clock is nobody's business: what counts is how long ago something was when we hear of it,
    and nothing was before the run began.
    """
    session = uow.sessions.live(key)
    if session is None:
        return False
    began = session.running_at or session.reserved_at

    def at(age: timedelta | None) -> datetime | None:
        return None if age is None else max(now - age, began)

    uow.server_reports.put(
        ServerReport(
            session.session_id,
            now,
            at(said.worked),
            at(said.touched),
            at(said.open),
            said.kinds,
            said.unseen,
        )
    )
    return True
