"""What will happen when, day by day, as pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from catalyst_hub.champion.wording import short_day
from catalyst_hub.core.programme import Event
from catalyst_hub.core.window import local_day
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.formats import day_and_time
from catalyst_hub.i18n.workshop_plans import event_text

#: A year of Tuesdays would fill a phone: the first days and the last ones tell how the others go.
_FIRST_DAYS, _LAST_DAYS = 6, 4
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and what happens on it: pairs of time and sentence."""

    name: str
    events: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """The days on which something happens; so many are ``left_out`` after the ``first`` ones."""

    first: tuple[Day, ...]
    left_out: int = 0
    last: tuple[Day, ...] = ()


def programme_row(events: Sequence[Event], zone: str, speak: Translator) -> ProgrammeRow:
    """Events in the order of time, in the reader's language and the community's zone."""
    days = [
        Day(
            short_day(day, speak),
            tuple((_when(event, zone, speak), event_text(event, speak)) for event in events),
        )
        for day, events in groupby(events, lambda event: local_day(event.at, zone))
    ]
    left_out = len(days) - _FIRST_DAYS - _LAST_DAYS
    if left_out <= 1:
        return ProgrammeRow(tuple(days))
    return ProgrammeRow(tuple(days[:_FIRST_DAYS]), left_out, tuple(days[-_LAST_DAYS:]))


def _when(event: Event, zone: str, speak: Translator) -> str:
    """``09:00–12:00``; of what lasts for days, or does not last, only when it begins."""
    _, begins = day_and_time(event.at, zone, speak.locale)
    if event.until is None or event.until - event.at >= _A_DAY:
        return begins
    return f"{begins}–{day_and_time(event.until, zone, speak.locale)[1]}"
