"""What somebody is told who leaves after a workshop."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.farewell import Leaving
from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def show_farewell(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> Leaving | None:
    """When she goes; None: she stays, or nobody has told her yet. One statement for nearly all."""
    if not uow.farewells.is_told(user_name):
        return None
    told = (each for each in all_leaving(uow, policy, now, user_name) if each.guest.farewell)
    return next(told, None)
