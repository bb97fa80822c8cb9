"""The steps that a workshop takes by itself, and when each of them is due."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.warming import warmings
from catalyst_hub.core.workshop import Workshop, hours_of, takes_place

#: Between the end of a workshop and the stop of its servers.
DRAINED_AFTER = timedelta(minutes=30)


class Step(StrEnum):
    """What is done once for a workshop, or once for each of its days, in this order."""

    OPEN = "open"
    WARM = "warm"
    WARMED = "warmed"
    END = "end"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class DueStep:
    """A step whose time comes at ``due_at``. Of a day, ``opened_at`` is when its warming began."""

    step: Step
    due_at: datetime
    day_on: date | None = None
    opened_at: datetime | None = None

    @property
    def name(self) -> str:
        """How the store remembers it: ``open``, ``warm:2026-11-24``."""
        return self.step.value if self.day_on is None else f"{self.step}:{self.day_on.isoformat()}"


def over_at(workshop: Workshop, zone: str) -> datetime:
    """When it is over: at the end of its last meeting, or when it was called off."""
    ends_at = hours_of(workshop, zone)[1]
    return min(workshop.cancelled_at, ends_at) if workshop.cancelled_at else ends_at


def is_over(workshop: Workshop, zone: str, now: datetime) -> bool:
    """Whether it took place, or was called off."""
    return now >= over_at(workshop, zone)


def steps(workshop: Workshop, zone: str) -> Iterator[DueStep]:
    """All that it takes, in the order of time. One that does not take place is only closed, and
    one that nobody has agreed to, when its time has passed. What would have been before it was made
    is no step of it."""
    over = over_at(workshop, zone)
    if takes_place(workshop):
        yield DueStep(Step.OPEN, workshop.created_at)
        for warming in warmings(workshop, zone):
            if warming.closes_at <= workshop.created_at:
                continue
            opens_at, day_on = warming.opens_at, warming.day_on
            yield DueStep(Step.WARM, opens_at, day_on, opens_at)
            yield DueStep(Step.WARMED, warming.closes_at, day_on, opens_at)
        yield DueStep(Step.END, over, workshop.last_on)
    # Named by its last day: one that was over may be given more days.
    yield DueStep(Step.CLOSE, over + DRAINED_AFTER, workshop.last_on)


def next_step(workshop: Workshop, zone: str, done: Container[str], now: datetime) -> DueStep | None:
    """The first whose time has come, and that nobody has taken; None: there is nothing to do."""
    due = (each for each in steps(workshop, zone) if each.due_at <= now and each.name not in done)
    return next(due, None)
