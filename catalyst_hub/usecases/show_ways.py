"""The ways in which a person signs in, for herself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.belonging import Way, champion_in, is_confirmed
from catalyst_hub.core.linking import unlinking_refusal
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OwnWay:
    """One of them. ``has_lapsed``: it made her a champion, and has not been confirmed for long;
    ``is_operators``: the file lists it under operators."""

    way: Way
    may_unlink: bool
    has_lapsed: bool
    is_operators: bool


def show_ways(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> Sequence[OwnWay]:
    """Hers, the oldest first; none of a user whom the store does not know."""
    person = uow.people.by_name(user_name)
    if person is None:
        return ()
    policy = policy_at(policy, now)
    ways = uow.identities.of(person.person_id)
    return [
        OwnWay(
            way,
            unlinking_refusal(policy, ways, way.identity) is None,
            bool(champion_in(policy, way)) and not is_confirmed(policy, way, now),
            is_operator(policy, way.identity),
        )
        for way in ways
    ]
