"""The limit about which somebody is going to ask her champions."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.appealing import obstacle
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def find_obstacle(
    uow: UnitOfWork, policy: Policy, community: str, user_name: str, key: str, now: datetime
) -> Allowance | None:
    """It, as it stands now; None: nothing of that name limits her there."""
    person = uow.people.by_name(user_name)
    return obstacle(uow, policy, community, person, key, now) if person else None
