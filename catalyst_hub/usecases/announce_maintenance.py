"""An operator announces that the hub, or one community of it, will pause."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.maintenance import (
    Maintenance,
    Objection,
    Pause,
    in_time,
    is_same,
    objection,
)
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def announce_maintenance(
    uow: UnitOfWork, policy: Policy, pause: Pause, actor: str, now: datetime
) -> Maintenance | Objection:
    """Announce it, or say what is wrong with it. Said twice it is announced once."""
    wrong = objection(pause, policy.by_slug, now)
    if wrong is not None:
        return wrong
    notice = policy.enforcement.soonest
    for existing in uow.maintenances.current(now):
        if is_same(in_time(pause, notice, existing.made_at), existing, now):
            return existing
    pause = in_time(pause, notice, now)
    made = uow.maintenances.add(pause, actor, now)
    uow.audit.add(
        now,
        actor,
        Action.MAINTENANCE_ANNOUNCED,
        community=pause.community,
        facts={
            "maintenance": made.maintenance_id,
            "starts_at": pause.starts_at.isoformat(),
            "ends_at": pause.ends_at.isoformat() if pause.ends_at else None,
            "drain_at": pause.drain_at.isoformat() if pause.drain_at else None,
        },
    )
    return made
