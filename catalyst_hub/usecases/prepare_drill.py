"""What a drill of a workshop would be now, before anybody begins it. Reads only."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.drill import (
    DrillOutlook,
    drill_cost,
    drill_refusal,
    drills_of,
    most_seats,
)
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def prepare_drill(
    uow: UnitOfWork, policy: Policy, workshop_id: int, now: datetime, *, by_operator: bool = False
) -> DrillOutlook | None:
    """The outlook; None: there is no such workshop, or its community is gone."""
    workshop = uow.workshops.get(workshop_id)
    community = policy_at(policy, now).community(workshop.community) if workshop else None
    if workshop is None or community is None:
        return None
    people = len(uow.attendance.learners(workshop_id))
    done = uow.workshop_steps.done(workshop_id)
    most = most_seats(workshop, community.bounds, by_operator=by_operator)
    return DrillOutlook(
        workshop,
        drill_refusal(workshop, community, done, people, now),
        people,
        # Servers belong to people: of those who have not come yet there are none to start.
        min(most, workshop.seats or people, people),
        most,
        drill_cost(workshop, community),
        drills_of(done),
    )
