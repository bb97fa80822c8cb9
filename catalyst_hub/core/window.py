"""The periods over which limits count: calendar days, and what is made of them, in a named zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

_MILLISECOND = timedelta(milliseconds=1)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


class Window(StrEnum):
    """``at_once`` counts what is there now, the others what was used since the window began.

    ``rolling`` are the last days, today included; ``workshop`` the days of a workshop; ``total``
    never starts anew.
    """

    AT_ONCE = "at_once"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ROLLING = "rolling"
    WORKSHOP = "workshop"
    TOTAL = "total"


#: The windows that begin by the calendar.
CALENDAR = (Window.DAY, Window.WEEK, Window.MONTH)

#: The end of what does not end, and the beginning of what was always there.
NEVER = datetime.max.replace(tzinfo=UTC)
_FIRST_DAY = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A window as it stands: days ``[first_on, next_on)``, instants ``[starts_at, ends_at)``."""

    first_on: date
    next_on: date
    starts_at: datetime
    ends_at: datetime


def milliseconds(start: datetime, end: datetime) -> int:
    """Whole milliseconds from start to end, never negative: clocks can be set back."""
    return milliseconds_of(end - start)


def milliseconds_of(duration: timedelta) -> int:
    """Whole milliseconds of a duration, never negative."""
    return max(0, duration // _MILLISECOND)


def milliseconds_since_1970(at: datetime) -> int:
    """An instant as a number, rounded down to whole milliseconds."""
    return (at - _1970) // _MILLISECOND


def midnight(day: date, zone: str) -> datetime:
    """The first instant of a local day, as UTC.

    Where a DST change skips midnight (Santiago, Asunción), the day begins at the change.
    """
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant in a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _first_day(day: date, window: Window) -> date:
    if window is Window.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if window is Window.MONTH else day


def _next_first(day: date, window: Window) -> date:
    if window is Window.MONTH:
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if window is Window.WEEK else 1)


def period_at(window: Window, zone: str, now: datetime) -> Period:
    """The period of a calendar window that ``now`` falls in."""
    if window not in CALENDAR:
        raise ValueError(f"{window} has no period by the calendar")
    first = _first_day(local_day(now, zone), window)
    after = _next_first(first, window)
    return Period(first, after, midnight(first, zone), midnight(after, zone))


def period_between(first_on: date, next_on: date, zone: str) -> Period:
    """The period of these days, the last one left out."""
    return Period(first_on, next_on, midnight(first_on, zone), midnight(next_on, zone))


def period_since(first_on: date | None, zone: str) -> Period:
    """From a day on (None: from the first of all), without an end."""
    first_on = first_on or _FIRST_DAY
    return Period(first_on, date.max, midnight(first_on, zone), NEVER)


def whole_months(first_on: date, next_on: date) -> tuple[date, date]:
    """The months that lie whole within the days ``[first_on, next_on)``: the first day of the
    first, and the day after the last; twice ``next_on`` when there is none."""
    first_month = (
        first_on if first_on.day == 1 else _next_first(first_on.replace(day=1), Window.MONTH)
    )
    next_month = next_on.replace(day=1)
    return (first_month, next_month) if first_month < next_month else (next_on, next_on)


def split_by_day(
    start: datetime, end: datetime, zone: str
) -> Iterator[tuple[date, datetime, datetime]]:
    """The parts of ``[start, end)`` by local day: (day, part start, part end), in order."""
    at, day = start, local_day(start, zone)
    while at < end:
        until = min(end, midnight(day + timedelta(days=1), zone))
        # A clock set back over midnight shows the old day again after the new one began.
        if until > at:
            yield day, at, until
            at = until
        day += timedelta(days=1)
