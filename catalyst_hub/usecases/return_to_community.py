"""A person who has left a community of her own accord comes in again."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def return_to_community(
    uow: UnitOfWork, policy: Policy, community: str, user_name: str, now: datetime
) -> bool | None:
    """Open the door that she closed behind her. True: the file's rules let her in at once;
    False: they do not, and what an invitation or a champion had granted is gone; None, and
    nothing done: somebody else closed the door, or nobody.
    """
    person = uow.people.by_name(user_name)
    if person is None or uow.memberships.removers(person.person_id).get(community) != user_name:
        return None
    uow.memberships.readmit(person.person_id, community)
    uow.audit.add(now, user_name, Action.MEMBER_RETURNED, community=community, subject=user_name)
    ways = uow.identities.of(person.person_id)
    uow.memberships.follow(person.person_id, belonging(policy_at(policy, now), ways), now)
    return community in uow.memberships.of(person.person_id)
