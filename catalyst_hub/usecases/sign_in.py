"""A person signs in: her identity becomes a hub name, the rules become memberships."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Claims, Identity, groups_of, memberships_for
from catalyst_hub.core.explain import explanations
from catalyst_hub.core.person import SignedIn, free_name, operators_names
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def sign_in(
    uow: UnitOfWork,
    policy: Policy,
    identity: Identity,
    claims: Claims,
    now: datetime,
    taken: Container[str] = (),
    *,
    is_visit: bool = True,
) -> SignedIn:
    """Find or add the person, and bring what the rules grant her up to date.

    ``taken`` are names she may not get although the store does not know them: the Hub's own
    users and its admins. Without a visit only the provider has spoken again.
    """
    policy = policy_at(policy, now)
    person = uow.people.by_identity(identity) or _add(uow, policy, identity, claims, now, taken)
    if is_visit:
        uow.people.signed_in(person, claims.display_name or claims.login, now)
    _follow_rules(uow, policy, person, identity, claims, now)
    granted = uow.memberships.of(person.person_id)
    memberships = {slug: role for slug, role in granted.items() if slug in policy.by_slug}
    operates = is_operator(policy, identity)
    groups = frozenset[str]() if operates else groups_of(memberships)
    return SignedIn(person, memberships, groups, operates)


def _add(
    uow: UnitOfWork,
    policy: Policy,
    identity: Identity,
    claims: Claims,
    now: datetime,
    taken: Container[str],
) -> Person:
    reserved = frozenset[str]() if is_operator(policy, identity) else operators_names(policy)

    def is_taken(name: str) -> bool:
        return name in taken or name in reserved or uow.people.by_name(name) is not None

    name = free_name(claims.login or claims.nickname or identity.subject, is_taken)
    person = uow.people.add(name, claims.display_name or claims.login, identity, now)
    facts = {"provider": identity.provider}
    uow.audit.add(now, name, Action.PERSON_ADDED, subject=name, facts=facts)
    return person


def _follow_rules(
    uow: UnitOfWork,
    policy: Policy,
    person: Person,
    identity: Identity,
    claims: Claims,
    now: datetime,
) -> None:
    before = dict(uow.memberships.of(person.person_id))
    allowed = memberships_for(policy.communities, identity, claims)
    # Whoever a champion has taken out stays out, whatever the rules say.
    closed = uow.memberships.closed_to(person.person_id)
    by_rule = {slug: role for slug, role in allowed.items() if slug not in closed}
    grounds = explanations(policy.communities, by_rule, identity, claims)
    uow.memberships.replace_by_rule(person.person_id, by_rule, now, grounds)
    after = dict(uow.memberships.of(person.person_id))
    if after != before:
        facts = {"before": before, "after": after}
        uow.audit.add(
            now, person.name, Action.MEMBERSHIPS_CHANGED, subject=person.name, facts=facts
        )
