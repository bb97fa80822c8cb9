"""The open requests to join a community, for its champions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_hub.core.belonging import Way, belonging
from catalyst_hub.core.join_request import JoinRequest
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks, and how she signs in: a champion has to know who that is."""

    request: JoinRequest
    person: Person
    ways: tuple[Way, ...]


def list_requests(uow: UnitOfWork, policy: Policy, community: str) -> Sequence[Applicant]:
    """Those that wait for an answer, the oldest first, but none of people who are blocked."""
    waiting = uow.join_requests.open_in(community)
    people = uow.people.named([request.person_id for request in waiting])
    applicants = (
        Applicant(request, person, tuple(uow.identities.of(person.person_id)))
        for request in waiting
        if (person := people.get(request.person_id)) is not None
    )
    return [a for a in applicants if not belonging(policy, a.ways).is_blocked_from(community)]
