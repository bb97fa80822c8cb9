"""A champion lets somebody in by hand, or lets in again whom one has taken out."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roster import AddingRefusal, adding_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork


def add_member(
    uow: UnitOfWork, policy: Policy, community: str, user_name: str, actor: str, now: datetime
) -> AddingRefusal | None:
    """Add her as a member; or say why not, and do nothing.

    The community stays locked until the transaction ends: whoever is about to take her out of it,
    or to remove her with her files after a workshop, is seen here, or sees there that she was
    added.
    """
    uow.limits.lock(community)
    policy = policy_at(policy, now)
    person = uow.people.by_name(user_name)
    if person is None:
        return AddingRefusal.UNKNOWN
    ways = uow.identities.of(person.person_id)
    granted = uow.memberships.of(person.person_id)
    remover = uow.memberships.removers(person.person_id).get(community)
    no = adding_refusal(
        community,
        {slug: role for slug, role in granted.items() if slug in policy.by_slug},
        is_removed=remover is not None,
        has_left=remover == user_name,
        is_operator=any(is_operator(policy, way.identity) for way in ways),
        is_blocked=belonging(policy, ways).is_blocked_from(community),
    )
    if no is not None:
        return no
    uow.memberships.readmit(person.person_id, community)
    grant = Grant(Source.MANUAL, Role.MEMBER, now, {"by": actor})
    uow.memberships.grant(person.person_id, community, grant)
    uow.audit.add(now, actor, Action.MEMBER_ADDED, community=community, subject=user_name)
    uow.mails.queue(person, MailKind.MEMBER_ADDED, now, community=community, by=actor)
    return None
