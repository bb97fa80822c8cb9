"""Workshops as calendar files (``.ics``): written for people's calendars, and read from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile, islice
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from catalyst_hub.core.meeting import END_OF_DAY, Meeting
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_plan import MOST_MEETINGS

try:
    from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
    from icalendar import Calendar, Event
    from icalendar.parser import Contentline
except ImportError:
    IS_THERE = False
else:
    IS_THERE = True

_A_DAY = timedelta(days=1)
#: No workshop is longer, and rules that never end have to: what comes later is not taken.
_HORIZON = timedelta(days=2 * 366)
#: Finer rules are no workshops, and can keep a machine busy for years.
_FREQUENCIES = frozenset({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"})
#: A rule for a day that never comes is followed to the year 9999, which takes seconds; for so many
#: of them nobody waits.
_PATIENCE_S = 5.0
#: What the library stumbles over.
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError, OverflowError)


class BrokenCalendarError(Exception):
    """Of a file nothing can be made: ``line`` (from 1; 0: all of it), and what stands there."""

    def __init__(self, line: int = 0, what: str = "") -> None:
        super().__init__(f"line {line}: {what}")
        self.line = line
        self.what = what[:80]


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What is in a calendar: the title of its first event, and all times, at most one more than a
    workshop may have. ``left_out_on`` is the first day of which some were not taken: rules are not
    followed for ever."""

    title: str
    meetings: tuple[Meeting, ...]
    left_out_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that is being read, by the clock of ``zone``; ``moved`` are occurrences that others
    replace. ``left_out`` fills with the first day of each rule that was not taken."""

    text: str
    zone: str
    moved: set[datetime]
    left_out: list[date]


def written_calendar(workshop: Workshop, zone: str) -> bytes:
    """An event for each meeting, in UTC; of a workshop without hours, one for all of its days.

    The UID of a meeting is made of its day and hour, whatever comes before it: a calendar that
    reads the file again finds those that it has. Its ``SEQUENCE`` grows with each change.
    """
    calendar: Any = Calendar()
    calendar.add("prodid", "-//catalyst-hub//workshops//EN")
    calendar.add("version", "2.0")
    for name, starts, ends in _events(workshop, zone):
        event: Any = Event()
        event.add("uid", f"workshop-{workshop.workshop_id}{name}@{workshop.community}")
        event.add("summary", workshop.title)
        _revise(event, workshop)
        event.add("dtstart", starts)
        event.add("dtend", ends)
        if workshop.cancelled_at is not None:
            event.add("status", "CANCELLED")
        if workshop.material:
            event.add("url", workshop.material)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(workshop: Workshop, zone: str) -> Iterator[tuple[str, date, date]]:
    """What tells each from the others, and from when to when it is."""
    if not workshop.meetings:
        yield "", workshop.first_on, workshop.last_on + _A_DAY
    for meeting in workshop.meetings:
        # By the clock on the wall, as they are planned: no two begin at the same hour.
        hour = meeting.starts.replace(":", "")
        yield f"-{meeting.day_on:%Y%m%d}T{hour}", *meeting.span(zone)


def _revise(event: Any, workshop: Workshop) -> None:
    """When it became what it is. A file that nobody has asked for, or answers, has no other stamp
    (RFC 5545, 3.8.7.2), so it is the same until something changes."""
    revised_at = workshop.revised_at
    event.add("created", workshop.created_at.astimezone(UTC))
    event.add("last-modified", revised_at.astimezone(UTC))
    event.add("dtstamp", revised_at.astimezone(UTC))
    # Any number that grows will do, and who comes after us knows this one, too.
    event.add("sequence", int((revised_at - workshop.created_at).total_seconds()))


def read_calendar(text: str, zone: str) -> CalendarFile:
    """What is in a calendar, by the clock of ``zone``; raises BrokenCalendarError."""
    _check_lines(text)
    try:
        calendar: Any = Calendar.from_ical(text)
        events = list(calendar.walk("VEVENT"))
        if not events:
            raise BrokenCalendarError
        moved = {_instant(e["RECURRENCE-ID"].dt) for e in events if "RECURRENCE-ID" in e}
        reading = _Reading(text, zone, moved, [])
        meetings = tuple(islice(_every_meeting(events, reading), MOST_MEETINGS + 1))
    except _STUMBLES as error:
        raise BrokenCalendarError(0, str(error)) from error
    title = str(events[0].get("SUMMARY", "")).strip()
    return CalendarFile(title, tuple(sorted(set(meetings))), min(reading.left_out, default=None))


def _every_meeting(events: Sequence[Any], reading: _Reading) -> Iterator[Meeting]:
    until = monotonic() + _PATIENCE_S
    # One that was called off takes the place of the occurrence that it was.
    for event in (each for each in events if each.get("STATUS") != "CANCELLED"):
        if monotonic() > until:
            raise BrokenCalendarError
        yield from _meetings(event, reading)


def _check_lines(text: str) -> None:
    """Our own look at each line: the library does not say where it gave up."""
    unfolded: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1] in {" ", "\t"} and unfolded:
            unfolded[-1] = unfolded[-1][0], unfolded[-1][1] + line[1:]
        elif line.strip():
            unfolded.append((number, line))
    for number, line in unfolded:
        try:
            Contentline(line).parts()  # type: ignore[no-untyped-call]
        except ValueError as error:
            raise BrokenCalendarError(number, line) from error


def _meetings(event: Any, reading: _Reading) -> Iterator[Meeting]:
    text = reading.text
    if event.errors:
        raise _broken_at(str(event.errors[0][0]), text)
    if "DTSTART" not in event:
        raise _broken_at("BEGIN:VEVENT", text)
    _check_zones(event, text)
    starts, lasts = event["DTSTART"].dt, _lasts(event, text)
    try:
        for each in _occurrences(event, reading, starts):
            yield from _as_meetings(each, lasts, reading.zone, text)
    except OverflowError:
        # Where the calendar begins or ends, there is no other zone to tell it by.
        raise _broken_at("DTSTART", text) from None


def _check_zones(event: Any, text: str) -> None:
    """The library takes hours of a zone that it does not know for hours without one: by whatever
    clock they are meant, it is hardly that of the community."""
    for name in ("DTSTART", "DTEND", "EXDATE", "RDATE"):
        for line in _listed(event, name):
            found = [each.dt for each in getattr(line, "dts", [line])]
            has_none = any(isinstance(at, datetime) and at.tzinfo is None for at in found)
            if "TZID" in line.params and has_none:
                raise _broken_at(name, text)


def _lasts(event: Any, text: str) -> timedelta:
    starts = event["DTSTART"].dt
    if "DURATION" in event:
        found = event["DURATION"].dt
    elif "DTEND" in event:
        try:
            found = event["DTEND"].dt - starts
        except TypeError:
            raise _broken_at("DTEND", text) from None
    else:
        found = timedelta() if isinstance(starts, datetime) else _A_DAY
    if not isinstance(found, timedelta) or found <= timedelta():
        raise _broken_at("DTEND", text)
    return found


def _occurrences(event: Any, reading: _Reading, starts: date) -> Iterator[date]:
    """Each beginning: by the rule, then those that are added; without exceptions, and without what
    was moved. Of what a rule has too far ahead the first is noted, and nothing taken."""
    text = reading.text
    try:
        gone = {_instant(day) for day in _dates(event, "EXDATE")}
    except _STUMBLES as error:
        raise _broken_at("EXDATE", text) from error
    gone |= reading.moved if "RECURRENCE-ID" not in event else set()
    ruled = _ruled(event, text, starts) if "RRULE" in event else iter((starts,))
    for each in (each for each in ruled if _instant(each) not in gone):
        if _as_datetime(each) - _as_datetime(starts) > _HORIZON:
            reading.left_out.append(_day_of(each, reading.zone))
            break
        yield each
    yield from (each for each in _added(event, text, starts) if _instant(each) not in gone)


def _ruled(event: Any, text: str, starts: date) -> Iterator[date]:
    """One more than a workshop may have, unless whoever looks has seen enough before."""
    try:
        rule, begin = event["RRULE"], _as_datetime(starts)
        # Every nought days is a loop without an end, wherever no day is one of them.
        is_endless = any(every < 1 for every in rule.get("INTERVAL", []))
        if is_endless or not set(rule.get("FREQ", [])) <= _FREQUENCIES:
            raise BrokenCalendarError(_line_of("RRULE", text), rule.to_ical().decode())
        # Counted here, to tell a rule that is done from one that the end of the calendar cuts off.
        most = min(rule.pop("COUNT", [MOST_MEETINGS + 1])[0], MOST_MEETINGS + 1)
        every: Any = rrulestr(rule.to_ical().decode(), dtstart=begin)
        found = 0
        for each in islice(every, most):
            found += 1
            yield each if isinstance(starts, datetime) else each.date()
    except _STUMBLES as error:
        raise _broken_at("RRULE", text) from error
    if 0 < found < most and every._until is None:
        raise _broken_at("RRULE", text)


def _added(event: Any, text: str, starts: date) -> Iterator[date]:
    """The days and hours of ``RDATE``. Each lasts as long as the event, so those with an end of
    their own are refused, and so are days where the event has hours."""
    try:
        found = list(_dates(event, "RDATE"))
    except _STUMBLES as error:
        raise _broken_at("RDATE", text) from error
    for each in found:
        if not isinstance(each, date) or isinstance(each, datetime) != isinstance(starts, datetime):
            raise _broken_at("RDATE", text)
        yield each


def _dates(event: Any, name: str) -> Iterator[Any]:
    for line in _listed(event, name):
        yield from (each.dt for each in line.dts)


def _listed(event: Any, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _as_meetings(starts: date, lasts: timedelta, zone: str, text: str) -> Iterator[Meeting]:
    if not isinstance(starts, datetime):
        for day in range(min(lasts.days, MOST_MEETINGS + 1)):
            yield Meeting(starts + timedelta(days=day), "00:00", END_OF_DAY)
        return
    begin = starts if starts.tzinfo else starts.replace(tzinfo=ZoneInfo(zone))
    # Of the clock of the event: what lasts from nine to eleven does so on the day of a change, too.
    local, end = begin.astimezone(ZoneInfo(zone)), (begin + lasts).astimezone(ZoneInfo(zone))
    ends = f"{end:%H:%M}"
    if end.date() == local.date() + _A_DAY and ends == "00:00":
        ends = END_OF_DAY
    elif end.date() != local.date():
        raise _broken_at("DTEND", text)
    yield Meeting(local.date(), f"{local:%H:%M}", ends)


def _day_of(at: date, zone: str) -> date:
    """By the clock of ``zone``."""
    if not isinstance(at, datetime):
        return at
    return (at.astimezone(ZoneInfo(zone)) if at.tzinfo else at).date()


def _as_datetime(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime(at.year, at.month, at.day)  # noqa: DTZ001


def _instant(at: date) -> datetime:
    """To compare by: days and times without a zone by themselves."""
    found = _as_datetime(at)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _broken_at(name: str, text: str) -> BrokenCalendarError:
    line = _line_of(name, text)
    return BrokenCalendarError(line, text.splitlines()[line - 1] if line else name)


def _line_of(name: str, text: str) -> int:
    """The first of that name in an event: descriptions of time zones before have the same."""
    lines = enumerate(map(str.upper, text.splitlines()), 1)
    of_events = dropwhile(lambda each: not each[1].startswith("BEGIN:VEVENT"), lines)
    return next((number for number, line in of_events if line.startswith(name.upper())), 0)
