"""The workshops that wait for an answer of whoever runs the hub."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop


def list_workshop_requests(uow: UnitOfWork, policy: Policy, now: datetime) -> Sequence[Workshop]:
    """Those whose days are not over and whose community is there, the longest waiting first."""
    communities = policy_at(policy, now).by_slug
    return [
        workshop
        for workshop in uow.workshops.waiting()
        if workshop.community in communities
        and workshop.last_on >= local_day(now, communities[workshop.community].zone)
    ]
