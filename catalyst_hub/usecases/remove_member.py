"""A champion takes somebody out of the community."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roster import RemovingRefusal, removing_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork


def remove_member(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    user_name: str,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> RemovingRefusal | None:
    """Take back all that let her in, and keep her out whatever the rules and codes say; or say
    why not, and do nothing. Files and past use stay."""
    person = uow.people.by_name(user_name)
    if person is None:
        return RemovingRefusal.NOT_IN
    policy = policy_at(policy, now)
    identities = uow.people.identities(person.person_id)
    no = removing_refusal(
        uow.memberships.of(person.person_id).get(community),
        is_operator=any(is_operator(policy, identity) for identity in identities),
        by_operator=by_operator,
    )
    if no is None:
        uow.memberships.remove(person.person_id, community, actor, now)
        uow.audit.add(now, actor, Action.MEMBER_REMOVED, community=community, subject=user_name)
    return no
