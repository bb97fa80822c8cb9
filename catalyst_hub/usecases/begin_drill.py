"""Somebody tries, before a workshop, how long its servers take to start."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.drill import MOST_SEATS, Drill, DrillRefusal, drill_at
from catalyst_hub.core.during import is_on
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import takes_place


def begin_drill(
    uow: UnitOfWork, policy: Policy, workshop_id: int, seats: int, actor: str, now: datetime
) -> Drill | DrillRefusal:
    """Begin; or why not, and nothing done. The process that runs workshops does the rest."""
    found = next(
        (f for f in uow.workshop_steps.unfinished() if f[0].workshop_id == workshop_id), None
    )
    if found is None or not takes_place(found[0]):
        return DrillRefusal.NO_WORKSHOP
    workshop, done = found
    community = policy_at(policy, now).community(workshop.community)
    if community is None:
        return DrillRefusal.NO_WORKSHOP
    if not 1 <= seats <= MOST_SEATS:
        return DrillRefusal.NO_SEATS
    if is_on(workshop, community.zone, now) or drill_at(done, now) is not None:
        return DrillRefusal.IS_ON
    if not uow.attendance.learners(workshop_id):
        return DrillRefusal.NOBODY
    drill = Drill(seats, now.replace(microsecond=0))
    uow.workshop_steps.take(workshop_id, drill.name, now)
    facts = {"workshop": workshop_id, "title": workshop.title, "seats": seats}
    uow.audit.add(now, actor, Action.WORKSHOP_DRILLED, community=workshop.community, facts=facts)
    return drill
