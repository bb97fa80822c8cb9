"""A person leaves a community of her own accord."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.leaving import is_last_champion
from catalyst_hub.core.unit_of_work import UnitOfWork


def leave_community(uow: UnitOfWork, community: str, user_name: str, now: datetime) -> bool:
    """Take back all that let her in; False, and nothing done, when she was not in.

    It stands as a removal by herself: no rule lets her in again at her next sign-in, but an
    invitation does, or she may return. The last champion may leave, too: nobody has to go on
    because nobody else does; the audit says that the community is without one.

    The community stays locked until the transaction ends: whoever is appointed champion at the
    same moment is not both.
    """
    person = uow.people.by_name(user_name)
    # Nobody's words get a lock of their own before it is known that they are a community.
    if person is None or community not in uow.memberships.of(person.person_id):
        return False
    uow.limits.lock(community)
    if community not in uow.memberships.of(person.person_id):
        # A champion has just taken her out.
        return False
    was_last = is_last_champion(person.person_id, uow.memberships.members_of(community))
    uow.memberships.remove(person.person_id, community, user_name, now)
    uow.workshops.dismiss_from_all(person.person_id, community)
    facts = {"last_champion": True} if was_last else {}
    uow.audit.add(
        now, user_name, Action.MEMBER_LEFT, community=community, subject=user_name, facts=facts
    )
    return True
