"""An operator ends a maintenance, or calls off one that has not begun."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.maintenance import Maintenance
from catalyst_hub.core.unit_of_work import UnitOfWork


def end_maintenance(
    uow: UnitOfWork, maintenance_id: int, actor: str, now: datetime
) -> Maintenance | None:
    """End it, once; None: there is none of this number. One that is over stays as it was."""
    found = uow.maintenances.get(maintenance_id)
    if found is None or found.is_over(now):
        return found
    if uow.maintenances.end(maintenance_id, actor, now):
        uow.audit.add(
            now,
            actor,
            Action.MAINTENANCE_ENDED,
            community=found.pause.community,
            facts={"maintenance": maintenance_id},
        )
    return uow.maintenances.get(maintenance_id)
