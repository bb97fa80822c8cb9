"""Who waits for a seat in a community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.waiting import WaitingPlace, in_line


@dataclass(frozen=True, slots=True)
class InLine:
    """A place, and whose it is."""

    place: WaitingPlace
    person: Person


def list_waiting(uow: UnitOfWork, policy: Policy, slug: str, now: datetime) -> Sequence[InLine]:
    """The line in its order, over all hubs; who has missed a turn is not in it."""
    room = policy_at(policy, now).waiting_room
    line = in_line(uow.waiting.of_community(slug), room, now)
    people = uow.people.named([place.person_id for place in line])
    return [InLine(p, people[p.person_id]) for p in line if p.person_id in people]
