"""A drill: servers of people who are registered are really started, days before a workshop, to see
how long that takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

#: What has not started by then is not tried any more.
LASTS = timedelta(minutes=15)
MOST_SEATS = 1000
_PREFIX = "drill"


class DrillRefusal(StrEnum):
    """Why there is no drill now."""

    NO_WORKSHOP = "no-workshop"
    NO_SEATS = "no-seats"
    NOBODY = "nobody"
    IS_ON = "is-on"


@dataclass(frozen=True, slots=True)
class Drill:
    """So many servers at most, of those who came first, all at once from ``began_at`` on."""

    seats: int
    began_at: datetime

    @property
    def name(self) -> str:
        """How the store remembers it, among the steps of the workshop."""
        return f"{_PREFIX}:{self.seats}:{self.began_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

    def is_on(self, now: datetime) -> bool:
        """Whether servers are started for it."""
        return self.began_at <= now < self.began_at + LASTS


def drill_at(steps: Iterable[str], now: datetime) -> Drill | None:
    """The drill that is on, by the names of the steps that were taken."""
    found = (_drill(step) for step in steps if step.startswith(f"{_PREFIX}:"))
    return next((drill for drill in found if drill.is_on(now)), None)


def _drill(step: str) -> Drill:
    _, seats, began_at = step.split(":", 2)
    return Drill(int(seats), datetime.fromisoformat(began_at))


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How far it has come. ``start_ms`` are the times of those that are up, from the request to
    the answer of the server, sorted; ``left_alone`` had a server already; ``refused`` counts by
    denial code."""

    drill: Drill
    people: int
    start_ms: tuple[int, ...]
    starting: int
    failed: int
    left_alone: int
    refused: Mapping[str, int]

    @property
    def missing(self) -> int:
        """Of whom nothing is known yet."""
        known = len(self.start_ms) + self.starting + self.failed + self.left_alone
        return max(0, self.people - known - sum(self.refused.values()))

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more will come of it."""
        return not self.drill.is_on(now) or not (self.starting or self.missing)
