"""A drill: servers of people who are registered are really started, days before a workshop, to see
how long that takes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Community
from catalyst_hub.core.during import is_on, needed
from catalyst_hub.core.resources import HOUR_MS
from catalyst_hub.core.window import milliseconds_of
from catalyst_hub.core.workshop import Workshop, takes_place
from catalyst_hub.core.workshop_step import is_over

#: What has not started by then is not tried any more.
LASTS = timedelta(minutes=15)
MOST_SEATS = 1000
#: About how long a server runs that nobody opens, until it is given back.
RUNS_FOR = timedelta(minutes=3)
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

    @property
    def ends_at(self) -> datetime:
        """When nothing more is started for it."""
        return self.began_at + LASTS

    def is_on(self, now: datetime) -> bool:
        """Whether servers are started for it."""
        return self.began_at <= now < self.ends_at


def drill_at(steps: Iterable[str], now: datetime) -> Drill | None:
    """The drill that is on, by the names of the steps that were taken."""
    return next((drill for drill in _drills(steps) if drill.is_on(now)), None)


def drills_of(steps: Iterable[str]) -> tuple[Drill, ...]:
    """All there were, by the names of the steps that were taken, the newest first."""
    return tuple(sorted(_drills(steps), key=lambda drill: drill.began_at, reverse=True))


def _drills(steps: Iterable[str]) -> Iterator[Drill]:
    return (_drill(step) for step in steps if step.startswith(f"{_PREFIX}:"))


def _drill(step: str) -> Drill:
    _, seats, began_at = step.split(":", 2)
    return Drill(int(seats), datetime.fromisoformat(began_at))


def drill_refusal(
    workshop: Workshop, community: Community, done: Collection[str], people: int, now: datetime
) -> DrillRefusal | None:
    """Why there can be none of a workshop with so many ``people`` registered, whose steps ``done``
    were taken; None: there can."""
    if not takes_place(workshop) or is_over(workshop, community.zone, now):
        return DrillRefusal.NO_WORKSHOP
    if is_on(workshop, community.zone, now) or drill_at(done, now) is not None:
        return DrillRefusal.IS_ON
    return None if people else DrillRefusal.NOBODY


def most_seats(workshop: Workshop, bounds: Bounds, *, by_operator: bool) -> int:
    """How many servers one drill may start: as many as a workshop may have that needs nobody's
    word, or as this one was granted; whoever runs the hub has no bounds."""
    if by_operator:
        return MOST_SEATS
    return min(MOST_SEATS, max(bounds.most_workshop_seats, workshop.seats or 0))


def drill_cost(workshop: Workshop, community: Community) -> int:
    """What one server of it costs that nobody opens, about, in micro-units of the community's
    currency."""
    server = needed(community, workshop)
    return server[1].rate_micros * milliseconds_of(RUNS_FOR) // HOUR_MS if server else 0


@dataclass(frozen=True, slots=True)
class DrillOutlook:
    """What a drill of a workshop would be now; ``refusal`` says why there can be none.

    So many ``people`` are registered. It starts ``seats`` servers unless somebody wants fewer or
    more, and at most ``most_seats``; each costs about ``micros``. ``drills`` are those before, the
    newest first.
    """

    workshop: Workshop
    refusal: DrillRefusal | None
    people: int
    seats: int
    most_seats: int
    micros: int
    drills: tuple[Drill, ...]

    @property
    def most(self) -> int:
        """How many servers can start: who is not there has none."""
        return min(self.most_seats, self.people)


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How far it has come. ``start_ms`` are the times of those that came up, from the request to
    the answer of the server, sorted; ``up`` of them run still; ``left_alone`` had a server already;
    ``refused`` counts by denial code."""

    drill: Drill
    people: int
    start_ms: tuple[int, ...]
    up: int
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
