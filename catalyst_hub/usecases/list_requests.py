"""The open requests to join a community, for its champions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_hub.core.community import Identity
from catalyst_hub.core.join_request import JoinRequest
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks, and how she signs in: a champion has to know who that is."""

    request: JoinRequest
    person: Person
    identities: tuple[Identity, ...]


def list_requests(uow: UnitOfWork, community: str, limit: int) -> Sequence[Applicant]:
    """Those that wait for an answer, the oldest first; at most so many."""
    waiting = uow.join_requests.open_in(community)[:limit]
    people = uow.people.named([request.person_id for request in waiting])
    return [
        Applicant(request, person, tuple(uow.people.identities(person.person_id)))
        for request in waiting
        if (person := people.get(request.person_id)) is not None
    ]
