"""Fleets: the servers that run now and count for the same limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from catalyst_hub.core.resources import Resources, Unit, Usage, usage_after
from catalyst_hub.core.session import LiveSession, all_used_between
from catalyst_hub.core.window import local_day, midnight

_A_DAY = timedelta(days=1)


class Fleet:
    """Live sessions, and what they add up to ``now``.

    A start waits for these sums, so each is worked out once: hundreds of servers come in a few
    sizes, and windows that began before all of them have the same in them.
    """

    def __init__(self, sessions: Sequence[LiveSession], now: datetime, hold_ms: int) -> None:
        self._sessions = sessions
        self._now = now
        self._hold_ms = hold_ms
        self._used_since: dict[datetime, Usage] = {}

    @cached_property
    def _sizes(self) -> Counter[tuple[Resources, int]]:
        """How many there are of each size: limits and rate per hour."""
        return Counter((session.resources, session.rate_micros) for session in self._sessions)

    @cached_property
    def _began(self) -> datetime:
        began = (s.running_at for s in self._sessions if s.running_at is not None)
        return min(began, default=self._now)

    @cached_property
    def held(self) -> Usage:
        """What is set aside for them, as long as they live."""
        holds = (usage_after(*size, self._hold_ms) * n for size, n in self._sizes.items())
        return sum(holds, Usage())

    def at_once(self, unit: Unit) -> int:
        """How much of a counted-at-once unit they take."""
        return sum(size.at_once(unit) * number for (size, _), number in self._sizes.items())

    def used_since(self, start: datetime) -> Usage:
        """What they have used from an instant until now."""
        start = max(start, self._began)
        if start not in self._used_since:
            self._used_since[start] = all_used_between(self._sessions, start, self._now)
        return self._used_since[start]

    def used_by_day(self, first_on: date, zone: str) -> Mapping[date, Usage]:
        """The same from a day on, for each day with any.

        A day is what its midnight has more than the next: rounded as when it is charged.
        """
        used: dict[date, Usage] = {}
        day, later = local_day(self._now, zone), Usage()
        while day >= first_on:
            start = midnight(day, zone)
            since = self.used_since(start)
            used[day] = since - later
            if start <= self._began:
                break
            day, later = day - _A_DAY, since
        return used
