"""What pages show of a community and of a person, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from catalyst_hub.core.budget import Step
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.given import Given
from catalyst_hub.core.report import ReportRow
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session, used_between
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.core.workshop import Workshop, WorkshopState


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A live session, whose it is, and what it has used so far (nothing while it starts)."""

    session: Session
    person: Person
    usage: Usage


@dataclass(frozen=True, slots=True)
class CommunityView:
    """A community's servers now, its limits, and its current month in its own zone.

    ``days`` has every day of the month with any use, in order; they add up to ``month``. Money
    is in the community's currency. ``step`` is the last one of the budget that is taken.
    """

    community: Community
    sessions: tuple[RunningServer, ...]
    allowances: tuple[Allowance, ...]
    month: Usage
    days: tuple[tuple[date, Usage], ...]
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class MembershipView:
    """One person's month in one community, the limits that hold for her there, and which
    exceptions are in them."""

    community: Community
    allowances: tuple[Allowance, ...]
    month: Usage
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person's own servers and her month in each of her communities."""

    person: Person
    sessions: tuple[RunningServer, ...]
    memberships: tuple[MembershipView, ...]


@dataclass(frozen=True, slots=True)
class Instructor:
    """Somebody who instructs in a workshop, since when, and who said so."""

    person: Person
    appointed_by: str
    appointed_at: datetime


@dataclass(frozen=True, slots=True)
class ScheduledWorkshop:
    """A workshop as it stands today, and who instructs."""

    workshop: Workshop
    state: WorkshopState
    instructors: tuple[Person, ...]

    @property
    def place(self) -> tuple[int, int]:
        """Sorts what runs before what comes, the next first, and both before what is past, the
        last first."""
        day = self.workshop.first_on.toordinal()
        match self.state:
            case WorkshopState.RUNNING:
                return 0, day
            case WorkshopState.COMING | WorkshopState.ASKED:
                return 1, day
            case _:
                return 2, -day


def running_servers(
    sessions: Iterable[Session], people: Mapping[int, Person], now: datetime
) -> tuple[RunningServer, ...]:
    """Live sessions, the oldest first."""
    return tuple(
        RunningServer(s, people[s.person_id], used_between(s, s.reserved_at, now))
        for s in sorted(sessions, key=lambda session: session.reserved_at)
    )


def in_currency(row: ReportRow, currency: str) -> Usage:
    """The use of a row; its money only if it is of this currency, for sums must not mix them."""
    return row.usage if row.currency == currency else replace(row.usage, micros=0)


def total(usages: Iterable[Usage]) -> Usage:
    """The sum."""
    return sum(usages, Usage())


def by_day(rows: Sequence[ReportRow], currency: str) -> tuple[tuple[date, Usage], ...]:
    """The rows of a report by day, one for each day, in order."""
    days: dict[date, Usage] = {}
    for row in rows:
        day = date.fromisoformat(row.keys[0])
        days[day] = days.get(day, Usage()) + in_currency(row, currency)
    return tuple(sorted(days.items()))
