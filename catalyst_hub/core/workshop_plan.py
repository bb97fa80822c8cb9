"""Why there can be no such workshop."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from catalyst_hub.core.workshop import Plan

LONGEST_TITLE = 80
#: From the first day to the last.
MOST_DAYS = 366
#: Until the first day.
FARTHEST = timedelta(days=2 * 366)


class PlanRefusal(StrEnum):
    """Why there can be no such workshop."""

    NO_TITLE = "no-title"
    LONG_TITLE = "long-title"
    BACKWARDS = "backwards"
    OVER = "over"
    TOO_LONG = "too-long"
    TOO_FAR = "too-far"


def plan_refusal(plan: Plan, today: date) -> PlanRefusal | None:
    """What is wrong with a plan; None: nothing."""
    if not plan.title:
        return PlanRefusal.NO_TITLE
    if len(plan.title) > LONGEST_TITLE:
        return PlanRefusal.LONG_TITLE
    if plan.last_on < plan.first_on:
        return PlanRefusal.BACKWARDS
    if plan.last_on < today:
        return PlanRefusal.OVER
    if (plan.last_on - plan.first_on).days >= MOST_DAYS:
        return PlanRefusal.TOO_LONG
    return PlanRefusal.TOO_FAR if plan.first_on - today > FARTHEST else None
