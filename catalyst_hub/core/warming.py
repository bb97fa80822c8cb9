"""Warming: servers of a workshop's people are started ahead, so that all are up when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import TypeVar

from catalyst_hub.core.meeting import Meeting, by_day
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop, takes_place

T = TypeVar("T")

_A_DAY = timedelta(days=1)

#: In whose name servers are warmed: the culler's, as the Hub knows it.
WARMER = "service:catalyst-culler"
#: How long before the first meeting of a day, where the workshop says nothing.
USUAL = timedelta(minutes=20)
#: How long after its beginning people are still warmed who have only come then.
TOPPED_UP_FOR = timedelta(minutes=15)
#: How long after its beginning a warmed server waits for its owner.
KEPT_FOR = timedelta(minutes=30)
#: The last server of all is started this long before the beginning, or a third of the time that
#: there is: it has to come up.
_COMES_UP_IN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Warming:
    """The warm window of one day ``[opens_at, closes_at)``, before its first meeting and a little
    beyond; ``ends_at`` is the end of its last. Who has not come by ``gives_back_at`` loses the
    server that was warmed."""

    day_on: date
    opens_at: datetime
    starts_at: datetime
    closes_at: datetime
    gives_back_at: datetime
    ends_at: datetime

    def is_open(self, now: datetime) -> bool:
        """Whether servers are started ahead now."""
        return self.opens_at <= now < self.closes_at

    def wanted(self, people: int, now: datetime) -> int:
        """How many of so many people should have a server by now: they are started one after the
        other, the last of them early enough to be up when the meeting begins."""
        ahead = self.starts_at - self.opens_at
        whole = ahead - min(_COMES_UP_IN, ahead / 3)
        elapsed = now - self.opens_at
        if elapsed >= whole:
            return people
        return max(0, ceil(people * (elapsed / whole)))


def warming_ahead(workshop: Workshop) -> timedelta:
    """How long before its first meeting of a day servers are started; zero: they are not."""
    if workshop.warm_minutes is None:
        return USUAL
    return timedelta(minutes=workshop.warm_minutes)


def warmings(workshop: Workshop, zone: str, about: datetime | None = None) -> Iterator[Warming]:
    """One for each day with meetings, or for those days that may go on at ``about``, in order. Of
    a workshop that has days and no hours nobody knows when people come."""
    ahead = warming_ahead(workshop)
    if not ahead:
        return
    near = workshop.meetings if about is None else _near(workshop.meetings, local_day(about, zone))
    for meetings in by_day(near):
        starts_at = meetings[0].span(zone)[0]
        ends_at = max(meeting.span(zone)[1] for meeting in meetings)
        yield Warming(
            meetings[0].day_on,
            starts_at - ahead,
            starts_at,
            min(starts_at + TOPPED_UP_FOR, ends_at),
            min(starts_at + KEPT_FOR, ends_at),
            ends_at,
        )


def _near(meetings: Iterable[Meeting], day: date) -> list[Meeting]:
    """Every start of a server asks, and a workshop of a year has hundreds."""
    return [meeting for meeting in meetings if abs(meeting.day_on - day) <= _A_DAY]


def warming_at(workshop: Workshop, zone: str, now: datetime) -> Warming | None:
    """The day whose warm window is open now; None: none is, or it does not take place."""
    if not takes_place(workshop):
        return None
    return next((each for each in warmings(workshop, zone, now) if each.is_open(now)), None)


def next_to_warm(
    untouched: Sequence[T], people: int, warming: Warming, now: datetime
) -> Sequence[T]:
    """Whose server is started now: of so many people, as many of those who have none yet as it
    takes to keep pace."""
    started = people - len(untouched)
    return untouched[: max(0, warming.wanted(people, now) - started)]
