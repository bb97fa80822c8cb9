"""A member becomes a champion, by a champion's hand within bounds or by the operator's."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roles import AppointingRefusal, appointing_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork


def appoint_champion(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    user_name: str,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> AppointingRefusal | None:
    """Appoint her; or say why not, and do nothing. The community is there.

    It stays locked until the transaction ends: two champions who appoint at the same moment do
    not make one too many.
    """
    policy = policy_at(policy, now)
    uow.limits.lock(community)
    person = uow.people.by_name(user_name)
    if person is None:
        return AppointingRefusal.NOT_IN
    roles = uow.memberships.members_of(community)
    identities = uow.people.identities(person.person_id)
    no = appointing_refusal(
        roles.get(person.person_id),
        policy.by_slug[community].bounds,
        list(roles.values()).count(Role.CHAMPION),
        is_operator=any(is_operator(policy, identity) for identity in identities),
        by_operator=by_operator,
    )
    if no is None:
        grant = Grant(Source.MANUAL, Role.CHAMPION, now, {"by": actor})
        uow.memberships.grant(person.person_id, community, grant)
        uow.audit.add(now, actor, Action.CHAMPION_APPOINTED, community=community, subject=user_name)
    return no
