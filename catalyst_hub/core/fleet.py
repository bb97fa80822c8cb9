"""Fleets: the servers that run now and count for the same limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import AT_ONCE, Unit, Usage, usage_after
from catalyst_hub.core.window import local_day, midnight, milliseconds_since_1970

_A_DAY = timedelta(days=1)


class Fleet:
    """Live sessions, and what they add up to ``now``.

    A start waits for these sums, so each is worked out once: windows that began before all of
    the servers have the same in them.
    """

    def __init__(self, groups: Sequence[LiveGroup], now: datetime, hold_ms: int) -> None:
        self._groups = groups
        self._now = now
        self._now_ms = milliseconds_since_1970(now)
        self._hold_ms = hold_ms
        self._used_by: dict[int, Usage] = {}

    @cached_property
    def _began_ms(self) -> int:
        """When the first of them began."""
        began = (min(group.began_ms) for group in self._groups if group.began_ms)
        return min(began, default=self._now_ms)

    @cached_property
    def held(self) -> Usage:
        """What is set aside for them, as long as they live."""
        holds = (
            usage_after(group.resources, group.rate_micros, self._hold_ms) * group.number
            for group in self._groups
        )
        return sum(holds, Usage())

    @cached_property
    def _at_once(self) -> Mapping[Unit, int]:
        groups = self._groups
        return {unit: sum(g.resources.at_once(unit) * g.number for g in groups) for unit in AT_ONCE}

    def at_once(self, unit: Unit) -> int:
        """How much of a counted-at-once unit they take."""
        return self._at_once[unit]

    def used_since(self, start: datetime) -> Usage:
        """What they have used from an instant until now."""
        start_ms = max(milliseconds_since_1970(start), self._began_ms)
        return self._used(self._now_ms) - self._used(min(start_ms, self._now_ms))

    def _used(self, at_ms: int) -> Usage:
        """What they had used by then."""
        if at_ms not in self._used_by:
            used = (group.used_by(at_ms) for group in self._groups)
            self._used_by[at_ms] = sum(used, Usage())
        return self._used_by[at_ms]

    def used_by_day(self, first_on: date, zone: str) -> Mapping[date, Usage]:
        """What they have used from a day on, for each day with any.

        A day is what its midnight has more than the next: rounded as when it is charged.
        """
        used: dict[date, Usage] = {}
        day, later = local_day(self._now, zone), Usage()
        while day >= first_on:
            start = midnight(day, zone)
            since = self.used_since(start)
            used[day] = since - later
            if milliseconds_since_1970(start) <= self._began_ms:
                break
            day, later = day - _A_DAY, since
        return used
