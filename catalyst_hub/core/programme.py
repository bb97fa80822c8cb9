"""The programme of a workshop: what will happen when, by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from catalyst_hub.core.farewell import APART, LEADS
from catalyst_hub.core.meeting import by_day
from catalyst_hub.core.warming import warmings
from catalyst_hub.core.workshop import Nights, Workshop, hours_of, spans_in_session
from catalyst_hub.core.workshop_step import DRAINED_AFTER

_A_DAY = timedelta(days=1)


class What(StrEnum):
    """What happens, in this order where it does so at the same time."""

    OPENS = "opens"
    WARMS = "warms"
    PROTECTED = "protected"
    MEETS = "meets"
    BREAK = "break"
    NIGHT = "night"
    KEPT_NIGHT = "kept-night"
    NOTICE = "notice"
    DRAINS = "drains"
    REPORTS = "reports"
    FAREWELL = "farewell"
    CLEANED = "cleaned"


_ORDER = tuple(What)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens ``at`` an instant, and where it lasts, ``until`` another. ``number``
    counts farewells from 1."""

    at: datetime
    what: What
    until: datetime | None = None
    number: int = 0


def programme(workshop: Workshop, zone: str) -> tuple[Event, ...]:
    """All of it in the order of time. What may already be past is not left out, but for what would
    have been before it was made."""
    events = (*_days(workshop, zone), *_nights(workshop, zone), *_end(workshop, zone))
    known = filter(None, (_since(workshop.created_at, event) for event in events))
    return tuple(sorted(known, key=lambda event: (event.at, _ORDER.index(event.what))))


def _since(made_at: datetime, event: Event) -> Event | None:
    """What is left of it if nobody knew of the workshop before; None: nothing. The hours that
    people meet are theirs, whenever they were written down."""
    if event.what is What.MEETS or event.until is None or event.at >= made_at:
        return event
    return replace(event, at=made_at) if made_at < event.until else None


def _days(workshop: Workshop, zone: str) -> Iterator[Event]:
    yield Event(workshop.created_at, What.OPENS, hours_of(workshop, zone)[1] + DRAINED_AFTER)
    for warming in warmings(workshop, zone):
        # Of one that is made as its day begins, only those are left who come late.
        is_late = workshop.created_at >= warming.starts_at
        until = warming.closes_at if is_late else warming.starts_at
        yield Event(warming.opens_at, What.WARMS, until)
    for starts_at, ends_at in spans_in_session(workshop, zone):
        yield Event(starts_at, What.PROTECTED, ends_at)
    for meetings in by_day(workshop.meetings):
        spans = [meeting.span(zone) for meeting in meetings]
        for starts_at, ends_at in spans:
            yield Event(starts_at, What.MEETS, ends_at)
        for (_, ends_at), (starts_at, _) in pairwise(spans):
            if ends_at < starts_at:
                yield Event(ends_at, What.BREAK, starts_at)


def _nights(workshop: Workshop, zone: str) -> Iterator[Event]:
    what = What.KEPT_NIGHT if workshop.nights is Nights.KEPT else What.NIGHT
    for today, tomorrow in pairwise(by_day(workshop.meetings)):
        if tomorrow[0].day_on - today[0].day_on == _A_DAY:
            yield Event(today[-1].span(zone)[1], what, tomorrow[0].span(zone)[0])


def _end(workshop: Workshop, zone: str) -> Iterator[Event]:
    ends_at = hours_of(workshop, zone)[1]
    drained_at = ends_at + DRAINED_AFTER
    yield Event(ends_at, What.NOTICE, drained_at)
    yield Event(drained_at, What.DRAINS)
    yield Event(drained_at, What.REPORTS)
    if workshop.clean_after_days is not None:
        yield from _farewells(ends_at, timedelta(days=workshop.clean_after_days))


def _farewells(ends_at: datetime, after: timedelta) -> Iterator[Event]:
    """As :mod:`catalyst_hub.core.farewell` gives them, if nobody is ever late."""
    goes_at, told_at = ends_at + after, ends_at - APART
    for number, lead in enumerate(LEADS, 1):
        told_at = max(told_at + APART, goes_at - lead)
        yield Event(told_at, What.FAREWELL, number=number)
    yield Event(max(goes_at, told_at + APART), What.CLEANED)
