"""Somebody tries, before a workshop, how long its servers take to start."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.drill import MOST_SEATS, Drill, DrillRefusal, drill_at
from catalyst_hub.core.during import is_on
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Workshop, takes_place
from catalyst_hub.core.workshop_step import is_over


def begin_drill(
    uow: UnitOfWork, policy: Policy, workshop_id: int, seats: int, actor: str, now: datetime
) -> Drill | DrillRefusal:
    """Begin; or why not, and nothing done. The process that runs workshops does the rest."""
    if not 1 <= seats <= MOST_SEATS:
        return DrillRefusal.NO_SEATS
    workshop = uow.workshops.get(workshop_id)
    zone = _zone(policy_at(policy, now), workshop) if workshop else None
    if workshop is None or zone is None or is_over(workshop, zone, now):
        return DrillRefusal.NO_WORKSHOP
    done = uow.workshop_steps.done(workshop_id)
    if is_on(workshop, zone, now) or drill_at(done, now) is not None:
        return DrillRefusal.IS_ON
    if not uow.attendance.learners(workshop_id):
        return DrillRefusal.NOBODY
    drill = Drill(seats, now.replace(microsecond=0))
    uow.workshop_steps.take(workshop_id, drill.name, now)
    facts = {"workshop": workshop_id, "title": workshop.title, "seats": seats}
    uow.audit.add(now, actor, Action.WORKSHOP_DRILLED, community=workshop.community, facts=facts)
    return drill


def _zone(policy: Policy, workshop: Workshop) -> str | None:
    """None: it does not take place, or its community is gone."""
    community = policy.community(workshop.community)
    return community.zone if community and takes_place(workshop) else None
