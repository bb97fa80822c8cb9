"""A communities file comes into force: what rested on words that are gone from it ends at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.audit import HUB
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def follow_policy(
    uow: UnitOfWork, policy: Policy, person_ids: Sequence[int], now: datetime
) -> None:
    """Hold these people against the rules as they are now, by what was known of them last."""
    policy = policy_at(policy, now)
    for person_id, person in uow.people.named(person_ids).items():
        wanted = belonging(policy, uow.identities.of(person_id))
        followed = uow.memberships.follow(person_id, wanted, now)
        followed.audit(uow.audit, HUB, person.name, now)
