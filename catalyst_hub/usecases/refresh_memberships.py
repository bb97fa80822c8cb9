"""Where a person belongs by now, without asking her provider."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.person import SignedIn, signed_in
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def refresh_memberships(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime
) -> SignedIn | None:
    """What her sign-in would amount to now; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    policy = policy_at(policy, now)
    ways = uow.identities.of(person.person_id)
    grants = uow.memberships.grants_of(person.person_id)
    taught = uow.workshops.taught_by(person.person_id)
    return signed_in(policy, person, ways, grants, taught, now)
