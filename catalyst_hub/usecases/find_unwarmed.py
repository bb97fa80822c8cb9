"""Whose servers are to be started ahead now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalyst_hub.core.drill import Drill, drill_at
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import Warming, next_to_warm, warming_at
from catalyst_hub.core.workshop import Workshop


@dataclass(frozen=True, slots=True)
class ToWarm:
    """The server of this user, for this workshop."""

    workshop_id: int
    user_name: str


@dataclass(frozen=True, slots=True)
class Unwarmed:
    """``due`` are those whose turn it is, in the order in which people came, each once.
    ``free_seats`` has by workshop how many more people it expects than have come."""

    due: Sequence[ToWarm] = ()
    free_seats: Mapping[int, int] = field(default_factory=dict)


def find_unwarmed(uow: UnitOfWork, policy: Policy, now: datetime) -> Unwarmed:
    """As many as it takes to keep pace, of every workshop whose warm window is open.

    Whoever has a server, or has had one since the warming began, or was refused one, is left alone.
    """
    due: list[ToWarm] = []
    free_seats: dict[int, int] = {}
    on = list(_on(uow, policy_at(policy, now), now))
    has_server = {session.person_id for session in uow.sessions.all_live()} if on else set()
    for workshop, reason in on:
        if isinstance(reason, Drill):
            due += _drilled(uow, workshop, reason, has_server)
            continue
        people, untouched = _people(uow, workshop, reason.opens_at, has_server)
        turns = next_to_warm(untouched, people, reason, now)
        due += [ToWarm(workshop.workshop_id, name) for name in turns]
        free_seats[workshop.workshop_id] = max(0, (workshop.seats or 0) - people)
    return Unwarmed(_each_once(due), free_seats)


def _on(
    uow: UnitOfWork, policy: Policy, now: datetime
) -> Iterator[tuple[Workshop, Warming | Drill]]:
    """Workshops for which servers are started now, and why; nearly always there are none."""
    for workshop, done in uow.workshop_steps.unfinished():
        community = policy.community(workshop.community)
        warming = warming_at(workshop, community.zone, now) if community else None
        reason = warming or drill_at(done, now)
        if reason is not None:
            yield workshop, reason


def _drilled(
    uow: UnitOfWork, workshop: Workshop, drill: Drill, has_server: Collection[int]
) -> list[ToWarm]:
    """All of a drill at once: that is what it tries."""
    _, untouched = _people(uow, workshop, drill.began_at, has_server, drill.seats)
    return [ToWarm(workshop.workshop_id, name) for name in untouched]


def _people(
    uow: UnitOfWork,
    workshop: Workshop,
    since: datetime,
    has_server: Collection[int],
    most: int | None = None,
) -> tuple[int, Sequence[str]]:
    """How many have come, and the names of those who have nothing to start with yet; of so many of
    them at most, the first."""
    number = workshop.workshop_id
    learners = sorted(uow.attendance.learners(number), key=lambda a: a.registered_at)
    has_had = uow.attendance.latest_sessions(number, workshop.community, since).keys()
    refused = uow.attendance.refused_since(number, since).keys()
    handled = {*has_server, *has_had, *refused}
    people = [attendee.person for attendee in learners][:most]
    return len(people), [p.name for p in people if p.person_id not in handled]


def _each_once(due: Sequence[ToWarm]) -> list[ToWarm]:
    """Whoever takes part in two workshops at a time is warmed for the one that comes first."""
    by_name: dict[str, ToWarm] = {}
    for one in due:
        by_name.setdefault(one.user_name, one)
    return list(by_name.values())
