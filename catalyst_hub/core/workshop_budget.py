"""Whether there is as much money as a workshop wants to have set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from catalyst_hub.core.budget import Budget
from catalyst_hub.core.carving import Carving
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.standing import standing
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day, midnight, milliseconds_since_1970, period_at
from catalyst_hub.core.workshop import Plan
from catalyst_hub.core.workshop_plan import PlanRefusal


def budget_refusal(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    plan: Plan,
    now: datetime,
    workshop_id: int | None = None,
) -> PlanRefusal | None:
    """More cannot be set aside than there is; of a workshop that is changed, its own counts as
    free. To decide by it, take the community's lock first."""
    if plan.budget_micros is None:
        return None
    room = room_for(uow, policy, community, plan.first_on, now, workshop_id)
    return PlanRefusal.TOO_DEAR if room is not None and plan.budget_micros > room else None


def room_for(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    first_on: date,
    now: datetime,
    workshop_id: int | None = None,
) -> int | None:
    """How much can be set aside for a workshop that begins on this day, in micro-units; None: as
    much as one likes, for the community has no budget.

    In a window that has not begun nothing is spent yet: there is what the communities file gives,
    less what is set aside for workshops that begin in it.
    """
    budget = community.budget
    if budget is None:
        return None
    current = standing(uow, policy, community, None, now)
    if current.frame is None or current.budget is None:
        return None
    today, slug = local_day(now, community.zone), community.slug
    carvings = uow.budgets.carvings(slug, community.currency, today, date.max)
    next_on = current.frame.current.next_on
    if first_on >= next_on:
        others = [each for each in carvings if each.workshop_id != workshop_id]
        return _room_later(budget, community.zone, first_on, others)
    # All that is set aside is not in what is left.
    own = [c for c in carvings if c.workshop_id == workshop_id and c.first_on < next_on]
    live = uow.limits.snapshot(slug, None, {}).live if own else ()
    now_ms, hold_ms = milliseconds_since_1970(now), current.hold_ms
    back = sum(max(each.budget_micros, each.spent(live, now_ms, hold_ms)) for each in own)
    return current.budget.left + back


def _room_later(budget: Budget, zone: str, first_on: date, carvings: Sequence[Carving]) -> int:
    period = period_at(budget.window, zone, midnight(first_on, zone))
    within = (c for c in carvings if period.first_on <= c.first_on < period.next_on)
    return max(0, budget.micros - sum(carving.budget_micros for carving in within))
