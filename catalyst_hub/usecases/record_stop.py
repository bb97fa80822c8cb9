"""Somebody asked the Hub to stop another person's server."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork


def record_stop(
    uow: UnitOfWork, actor: str, key: ServerKey, community: str | None, now: datetime
) -> None:
    """Note who asked; the session itself is closed when the Hub has stopped the server."""
    uow.audit.add(
        now,
        actor,
        Action.SERVER_STOP_ASKED,
        community=community,
        subject=key.user_name,
        facts={"server": key.server_name},
    )
