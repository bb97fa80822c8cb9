"""Where a person belongs by now, without asking her provider."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.community import groups_of
from catalyst_hub.core.person import SignedIn
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def refresh_memberships(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime
) -> SignedIn | None:
    """What her sign-in would amount to now; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    policy = policy_at(policy, now)
    granted = uow.memberships.of(person.person_id)
    memberships = {slug: role for slug, role in granted.items() if slug in policy.by_slug}
    identities = uow.people.identities(person.person_id)
    operates = any(is_operator(policy, identity) for identity in identities)
    groups = frozenset[str]() if operates else groups_of(memberships)
    return SignedIn(person, memberships, groups, operates)
