"""Workshops: the days on which somebody teaches in a community, and who it is."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.window import local_day, midnight

LONGEST_TITLE = 80
#: From the first day to the last.
MOST_DAYS = 366
#: Until the first day.
FARTHEST = timedelta(days=2 * 366)


class WorkshopState(StrEnum):
    """Where a workshop stands on a day."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workshop is called, and its first and last day in the community's zone."""

    title: str
    first_on: date
    last_on: date


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


@dataclass(frozen=True, slots=True)
class Workshop:
    """One workshop of a community."""

    workshop_id: int
    community: str
    title: str
    first_on: date
    last_on: date
    created_by: str
    created_at: datetime
    cancelled_at: datetime | None = None

    def state_on(self, day: date) -> WorkshopState:
        """Where it stands on a day of the community's zone."""
        if self.cancelled_at is not None:
            return WorkshopState.CANCELLED
        if day < self.first_on:
            return WorkshopState.COMING
        return WorkshopState.RUNNING if day <= self.last_on else WorkshopState.OVER

    def is_open_on(self, day: date) -> bool:
        """Whether it runs on this day or later, so that it can be prepared."""
        return self.state_on(day) in {WorkshopState.COMING, WorkshopState.RUNNING}

    def ends_at(self, zone: str) -> datetime:
        """The end of its last day."""
        return midnight(self.last_on + timedelta(days=1), zone)


def instructed_now(
    workshops: Iterable[Workshop],
    communities: Mapping[str, Community],
    memberships: Container[str],
    now: datetime,
) -> frozenset[str]:
    """The communities, by slug, in which the instructor of these workshops instructs now.

    Days are those of the community's zone. Whoever was taken out of a community, or whose rule
    does not match any more, has no power there either.
    """
    return frozenset(
        workshop.community
        for workshop in workshops
        if workshop.community in memberships
        and is_running(workshop, communities.get(workshop.community), now)
    )


def is_running(workshop: Workshop, community: Community | None, now: datetime) -> bool:
    """Whether it takes place now; in a community that is not there any more nothing does."""
    if community is None:
        return False
    return workshop.state_on(local_day(now, community.zone)) is WorkshopState.RUNNING
