"""A server that the Hub had forgotten was ended."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.orphan import Orphan
from catalyst_hub.core.unit_of_work import UnitOfWork


def record_orphan_ended(uow: UnitOfWork, orphan: Orphan, now: datetime) -> None:
    """Note it. Nothing is charged for the time after its session was over."""
    uow.audit.add(
        now,
        CULLER,
        Action.ORPHAN_ENDED,
        community=orphan.community,
        subject=orphan.user_name,
        facts={
            "session": orphan.session_id,
            "server": orphan.server_name,
            "since": orphan.since.isoformat(),
        },
    )
