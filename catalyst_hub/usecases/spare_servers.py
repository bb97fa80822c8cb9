"""Somebody's servers are not stopped as idle for a while, by a champion's word."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.spare import Spare, SparingRefusal, Wish, sent_before, sparing_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork


def spare_servers(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    user_name: str,
    reason: str,
    expires_at: datetime,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> Spare | SparingRefusal:
    """Spare them; or say why not, and do nothing. The community is there. A form that was sent
    twice spares once."""
    community = policy_at(policy, now).by_slug[slug]
    uow.limits.lock(slug)
    person = uow.people.by_name(user_name)
    if person is None or slug not in uow.memberships.of(person.person_id):
        return SparingRefusal.NOT_IN
    wish = Wish(person.person_id, reason, expires_at)
    if (same := sent_before(wish, uow.spares.in_force(now), actor, now)) is not None:
        return same
    is_oneself = user_name == actor
    no = sparing_refusal(wish, community, now, is_oneself=is_oneself, by_operator=by_operator)
    if no is not None:
        return no
    made = uow.spares.add(slug, wish, actor, now)
    facts = {"spare": made.spare_id, "until": expires_at.isoformat()}
    uow.audit.add(now, actor, Action.SPARE_MADE, community=slug, subject=user_name, facts=facts)
    return made
