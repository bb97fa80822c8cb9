"""Meetings: the hours at which a workshop takes place, by the clock of its community."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from zoneinfo import ZoneInfo

from catalyst_hub.core.window import midnight

#: The end of a day, which no clock shows.
END_OF_DAY = "24:00"
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_A_DAY = timedelta(days=1)

#: Instants ``[starts_at, ends_at)``.
Span = tuple[datetime, datetime]


class Oddity(StrEnum):
    """What a change of the clocks does to an hour of a day."""

    SKIPPED = "skipped"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """From an hour to an hour (``09:00``, at most ``24:00``) of a day of the community's zone.

    The hours are those on the wall: they stay the same whatever the clocks do between meetings.
    """

    day_on: date
    starts: str
    ends: str

    def span(self, zone: str) -> Span:
        """When it is, in UTC.

        An hour that a change of the clocks leaves out is taken by the clock of before; of one that
        comes twice, a meeting begins at the first and ends at the second.
        """
        starts_at, _ = _readings(self.day_on, self.starts, zone)
        return starts_at, max(starts_at, *_readings(self.day_on, self.ends, zone))


def is_hour(written: str) -> bool:
    """Whether this is an hour as a meeting has it: five letters, from 00:00 to 24:00."""
    return written == END_OF_DAY or _HOUR.fullmatch(written) is not None


def _readings(day: date, hour: str, zone: str) -> tuple[datetime, datetime]:
    """When a clock shows this hour, by the offset of before and of after a change: twice the same,
    but for hours that are left out or come twice."""
    if hour == END_OF_DAY:
        end = midnight(day + _A_DAY, zone)
        return end, end
    local = datetime.combine(day, time.fromisoformat(hour), ZoneInfo(zone))
    return local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def oddity(day: date, hour: str, zone: str) -> Oddity | None:
    """Whether the hour is left out that day, or comes twice; None: once, as hours do."""
    before, after = _readings(day, hour, zone)
    if before == after:
        return None
    return Oddity.SKIPPED if after < before else Oddity.DOUBLED


def by_day(meetings: Iterable[Meeting]) -> list[list[Meeting]]:
    """Meetings of the same day together, all in the order of time."""
    return [list(some) for _, some in groupby(sorted(meetings), attrgetter("day_on"))]


def spans_of_days(meetings: Iterable[Meeting], zone: str, *, keeps_nights: bool) -> list[Span]:
    """From the first meeting of each day to the last, with the breaks between them.

    With ``keeps_nights``, days that follow one another are one span, and so is the night between
    them; a gap of whole days never is.
    """
    spans: list[Span] = []
    last_on: date | None = None
    for meetings_of_day in by_day(meetings):
        starts_at = meetings_of_day[0].span(zone)[0]
        ends_at = max(meeting.span(zone)[1] for meeting in meetings_of_day)
        day = meetings_of_day[0].day_on
        if keeps_nights and last_on is not None and day - last_on == _A_DAY:
            spans[-1] = spans[-1][0], ends_at
        else:
            spans.append((starts_at, ends_at))
        last_on = day
    return spans
