"""The maintenances that are announced or on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.maintenance import Maintenance
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_maintenances(uow: UnitOfWork, now: datetime) -> Sequence[Maintenance]:
    """All of this hub's, the oldest first."""
    return uow.maintenances.current(now)
