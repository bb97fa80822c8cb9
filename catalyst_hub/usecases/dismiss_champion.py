"""A champion becomes a plain member: gives it up, or the operator decides so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Role
from catalyst_hub.core.roles import DismissingRefusal, dismissing_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork


def dismiss_champion(
    uow: UnitOfWork,
    community: str,
    user_name: str,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> DismissingRefusal | None:
    """Make her a plain member, whatever let her in; or say why not, and do nothing.

    The community stays locked until the transaction ends: of two last champions one stays.
    """
    uow.limits.lock(community)
    person = uow.people.by_name(user_name)
    if person is None:
        return DismissingRefusal.NONE
    grants = uow.memberships.grants_in(community).get(person.person_id, ())
    roles = uow.memberships.members_of(community)
    champions = list(roles.values()).count(Role.CHAMPION)
    no = dismissing_refusal(grants, champions, by_operator=by_operator)
    if no is None:
        for grant in grants:
            if grant.role is Role.CHAMPION:
                plain = replace(grant, role=Role.MEMBER)
                uow.memberships.grant(person.person_id, community, plain)
        uow.audit.add(now, actor, Action.CHAMPION_DISMISSED, community=community, subject=user_name)
    return no
