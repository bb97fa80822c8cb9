"""A person who has left a community of her own accord may come in again."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def return_to_community(uow: UnitOfWork, community: str, user_name: str, now: datetime) -> bool:
    """Open the door that she closed behind her; False when somebody else did, or nobody.

    It lets her in nowhere by itself: the file's rules do, when her provider speaks of her next.
    What an invitation or a champion had granted is gone.
    """
    person = uow.people.by_name(user_name)
    if person is None or uow.memberships.removers(person.person_id).get(community) != user_name:
        return False
    uow.memberships.readmit(person.person_id, community)
    uow.audit.add(now, user_name, Action.MEMBER_RETURNED, community=community, subject=user_name)
    return True
