"""Recurrence: from "every Tuesday from nine to eleven" to meetings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from math import gcd

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop_plan import MOST_DAYS, MOST_MEETINGS, PlanRefusal

_A_DAY = timedelta(days=1)
_WEEK = 7
EVERY_DAY = frozenset(range(_WEEK))

#: From an hour to an hour of a day, as a meeting has them.
Hours = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """At these ``hours`` of every day of ``weekdays`` (0: Monday) from ``first_on`` until
    ``last_on``, or until there are ``times`` meetings, whatever comes first.

    Of ``every_weeks`` weeks only the first counts, from the week of the first day on.
    ``holidays`` are left out, and count for no time. Raises ValueError for what cannot be.
    """

    first_on: date
    hours: tuple[Hours, ...]
    last_on: date | None = None
    times: int | None = None
    weekdays: frozenset[int] = EVERY_DAY
    every_weeks: int = 1
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.last_on is None and self.times is None:
            raise ValueError("meetings without an end")
        if self.every_weeks < 1 or not self.weekdays <= EVERY_DAY:
            raise ValueError("weeks are counted from 1, their days from 0 to 6")


def meetings_of(pattern: Pattern) -> tuple[Meeting, ...] | PlanRefusal:
    """All of them in the order of time; or why not, before as many as nobody wants are made."""
    refusal = _refusal(pattern)
    if refusal is not None:
        return refusal
    wanted = MOST_MEETINGS if pattern.times is None else pattern.times
    found = tuple(islice(_meetings(pattern), wanted + 1))
    if pattern.times is None and len(found) > MOST_MEETINGS:
        return PlanRefusal.TOO_MANY
    if pattern.times is not None and pattern.last_on is None and len(found) < pattern.times:
        return PlanRefusal.TOO_LONG
    return found[:wanted] or PlanRefusal.NO_MEETINGS


def pattern_of(meetings: Sequence[Meeting]) -> Pattern | None:
    """The rule of the fewest weeks that makes exactly these; the other days between the first and
    the last that it would have are its holidays. None: there are no meetings, or not all days have
    the same hours."""
    days = {meeting.day_on for meeting in meetings}
    if not days:
        return None
    first_on, last_on = min(days), max(days)
    hours = tuple(sorted((m.starts, m.ends) for m in meetings if m.day_on == first_on))
    is_each_day = len(days) == (last_on - first_on).days + 1
    weekdays = EVERY_DAY if is_each_day else frozenset(day.weekday() for day in days)
    # What takes place in one week only may go on in the next.
    every_weeks = gcd(*(_week(day, first_on) for day in days)) or 1
    without = Pattern(first_on, hours, last_on, None, weekdays, every_weeks)
    pattern = replace(without, holidays=frozenset(_days(without)).difference(days))
    return pattern if meetings_of(pattern) == tuple(sorted(meetings)) else None


def _refusal(pattern: Pattern) -> PlanRefusal | None:
    """What can be told without counting days."""
    if pattern.times is not None and pattern.times < 1:
        return PlanRefusal.NO_MEETINGS
    if max(len(pattern.hours), pattern.times or 0) > MOST_MEETINGS:
        return PlanRefusal.TOO_MANY
    last_on = pattern.last_on
    if last_on is None:
        return None
    if last_on < pattern.first_on:
        return PlanRefusal.BACKWARDS
    is_long = (last_on - pattern.first_on).days >= MOST_DAYS
    return PlanRefusal.TOO_LONG if is_long else None


def _meetings(pattern: Pattern) -> Iterator[Meeting]:
    for day in _days(pattern):
        for starts, ends in sorted(pattern.hours):
            yield Meeting(day, starts, ends)


def _days(pattern: Pattern) -> Iterator[date]:
    """At most as many days as a workshop may last."""
    for number in range(MOST_DAYS):
        # The calendar ends, too.
        if number > (date.max - pattern.first_on).days:
            return
        day = pattern.first_on + number * _A_DAY
        if pattern.last_on is not None and day > pattern.last_on:
            return
        is_its_week = _week(day, pattern.first_on) % pattern.every_weeks == 0
        if is_its_week and day.weekday() in pattern.weekdays and day not in pattern.holidays:
            yield day


def _week(day: date, first_on: date) -> int:
    """Weeks from that of the first day, which is 0."""
    return (first_on.weekday() + (day - first_on).days) // _WEEK
