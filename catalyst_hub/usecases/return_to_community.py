"""A person who has left a community of her own accord comes in again."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def return_to_community(
    uow: UnitOfWork, policy: Policy, community: str, user_name: str, now: datetime
) -> bool | None:
    """Open the door that she closed behind her. True: the file's rules let her in at once;
    False: they do not, and what an invitation or a champion had granted is gone; None, and
    nothing done: somebody else closed the door, or nobody.

    The community stays locked until the transaction ends, as where somebody is added to it: a
    button that is pressed twice lets her in once.
    """
    person = uow.people.by_name(user_name)
    # Nobody's words get a lock of their own before it is known that they are a community.
    if person is None or not _has_left(uow, person, community):
        return None
    uow.limits.lock(community)
    if not _has_left(uow, person, community):
        return None
    uow.memberships.readmit(person.person_id, community)
    uow.audit.add(now, user_name, Action.MEMBER_RETURNED, community=community, subject=user_name)
    ways = uow.identities.of(person.person_id)
    uow.memberships.follow(person.person_id, belonging(policy_at(policy, now), ways), now)
    return community in uow.memberships.of(person.person_id)


def _has_left(uow: UnitOfWork, person: Person, community: str) -> bool:
    return uow.memberships.removers(person.person_id).get(community) == person.name
