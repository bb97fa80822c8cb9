"""Which of these people run the hub: champions have no power over them."""

from __future__ import annotations

from collections.abc import Iterable

from catalyst_hub.core.policy import Policy, is_operator
from catalyst_hub.core.unit_of_work import UnitOfWork


def find_operators(uow: UnitOfWork, policy: Policy, person_ids: Iterable[int]) -> frozenset[int]:
    """The ids among ``person_ids`` that some identity makes an operator."""
    return frozenset(
        person_id
        for person_id in person_ids
        if any(is_operator(policy, identity) for identity in uow.people.identities(person_id))
    )
