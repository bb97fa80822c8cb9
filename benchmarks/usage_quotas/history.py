"""Who has used how much of the 10 GiB-hours: the same for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

LIMIT_GIB_HOURS = 10
WINDOW_DAYS = 30
#: What ended so long ago is in Prometheus and in the ledger alike.
_ENDED_AGO = timedelta(minutes=40)
_HOURS_A_DAY = 2


@dataclass(frozen=True, slots=True)
class Case:
    """A person with a limit of 10 GiB-hours: her name, what she has used, what it is about."""

    name: str
    gib_hours: float
    about: str


CASES = (
    Case("fresh", 0, "nothing used"),
    Case("half", 5, "half of it used"),
    Case("near", 8.9, "1.1 left"),
    Case("almost", 9.9, "0.1 left: six minutes of the smallest server"),
    Case("over", 11, "more used than there is"),
    Case("ann", 0, "nothing used; somebody else is called anna"),
    Case("anna", 11, "more used than there is"),
)
#: Who starts many servers at the same moment.
RACER = "near"


@dataclass(frozen=True, slots=True)
class Run:
    """A server of one GiB."""

    name: str
    starts_at: datetime
    ends_at: datetime


def crowd(people: int) -> tuple[str, ...]:
    """People whom another, larger limit is for: without them there would be little to look up."""
    return tuple(f"person-{number:04d}" for number in range(people))


def runs(people: int, now: datetime) -> Iterator[Run]:
    """Everything that ran in the last 30 days, whole minutes each."""
    now = now.replace(second=0, microsecond=0)
    for number, name in enumerate(crowd(people)):
        for day in range(1, WINDOW_DAYS):
            starts_at = now - timedelta(days=day, minutes=number % 300)
            yield Run(name, starts_at, starts_at + timedelta(hours=_HOURS_A_DAY))
    ends_at = now - _ENDED_AGO
    for case in CASES:
        if case.gib_hours:
            yield Run(case.name, ends_at - timedelta(hours=case.gib_hours), ends_at)
