"""Somebody tries, before a workshop, how long its servers take to start."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.drill import Drill, DrillRefusal, drill_refusal, most_seats
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def begin_drill(
    uow: UnitOfWork,
    policy: Policy,
    workshop_id: int,
    seats: int,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> Drill | DrillRefusal:
    """Begin; or why not, and nothing done. The process that runs workshops does the rest."""
    workshop = uow.workshops.get(workshop_id)
    community = policy_at(policy, now).community(workshop.community) if workshop else None
    if workshop is None or community is None:
        return DrillRefusal.NO_WORKSHOP
    if not 1 <= seats <= most_seats(workshop, community.bounds, by_operator=by_operator):
        return DrillRefusal.NO_SEATS
    # Whoever presses the button at the same moment waits here, and finds that it is on.
    uow.limits.lock(workshop.community)
    done, people = uow.workshop_steps.done(workshop_id), uow.attendance.learners(workshop_id)
    refusal = drill_refusal(workshop, community, done, len(people), now)
    if refusal is not None:
        return refusal
    drill = Drill(seats, now.replace(microsecond=0))
    uow.workshop_steps.take(workshop_id, drill.name, now)
    facts = {"workshop": workshop_id, "title": workshop.title, "seats": seats}
    uow.audit.add(now, actor, Action.WORKSHOP_DRILLED, community=workshop.community, facts=facts)
    return drill
