"""The limits of the day around an instant: schedules replace them by the clock on the wall, and
whoever is stopped by that is told before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from catalyst_hub.core.culling_rules import (
    Culling,
    CullingRules,
    OfPeople,
    Schedule,
    current,
    rules_of,
)
from catalyst_hub.core.window import NEVER, local_day

#: The beginning of what was always there.
ALWAYS = datetime.min.replace(tzinfo=UTC)
#: No notice is given sooner than this before a stop.
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """Rules in force ``[begins_at, ends_at)``; what is more than a day away is not looked for."""

    rules: CullingRules
    begins_at: datetime = ALWAYS
    ends_at: datetime = NEVER


def spells(
    culling: Culling,
    profile: str,
    zone: str,
    now: datetime,
    *,
    own: OfPeople | None = None,
    has_gpu: bool = False,
    is_of_workshop: bool = False,
    is_named: bool = False,
) -> tuple[Spell, ...]:
    """The rules for one server: those now, and what follows on them within a day."""
    part = culling.part(profile)
    first = ALWAYS, current(part.schedules, zone, now - _A_DAY)
    changes = [first, *_changes(part.schedules, zone, now), (NEVER, None)]
    return tuple(
        Spell(
            rules_of(
                part, on, own=own, has_gpu=has_gpu, is_of_workshop=is_of_workshop, is_named=is_named
            ),
            begins_at,
            ends_at,
        )
        for (begins_at, on), (ends_at, _) in pairwise(changes)
        if ends_at > now
    )


def _changes(
    schedules: Sequence[Schedule], zone: str, now: datetime
) -> Iterator[tuple[datetime, Schedule | None]]:
    """When other hours begin, within a day before and after, and whose."""
    before = current(schedules, zone, now - _A_DAY)
    for at in _strokes(schedules, zone, now):
        on = current(schedules, zone, at)
        if on != before:
            yield at, on
            before = on


def _strokes(schedules: Sequence[Schedule], zone: str, now: datetime) -> list[datetime]:
    """The instants at which hours may begin or end, in order: those of their clock, in summer time
    and in winter time where both occur, and that at which the clock itself is changed."""
    first, last = now - _A_DAY, now + _A_DAY
    offsets = {_offset(at, zone) for at in (first, last)}
    days = {local_day(now, zone) + step * _A_DAY for step in range(-1, 3)}
    minutes = {minute for each in schedules for minute in (each.starts, each.ends)}
    midnights = [datetime.combine(day, time(), tzinfo=UTC) for day in days]
    found = {
        midnight + timedelta(minutes=minute) - offset
        for midnight in midnights
        for minute in minutes
        for offset in offsets
    }
    if schedules and len(offsets) > 1:
        found.add(_clock_change(first, last, zone))
    return sorted(at for at in found if first < at <= last)


def _clock_change(first: datetime, last: datetime, zone: str) -> datetime:
    """The minute between two instants, whose offsets differ, from which on the second holds."""
    before, after = 0, (last - first) // timedelta(minutes=1)
    first = first.replace(second=0, microsecond=0)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(first + timedelta(minutes=middle), zone) == _offset(first, zone):
            before = middle
        else:
            after = middle
    return first + timedelta(minutes=after)


def _offset(at: datetime, zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
