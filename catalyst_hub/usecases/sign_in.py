"""A person signs in: her identity becomes a hub name, the rules become memberships."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import Way, belonging, by_rule
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.person import (
    SYSTEM_NAMES,
    SignedIn,
    free_name,
    operators_names,
    signed_in,
)
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
    adopted: str | None = None,
    is_visit: bool = True,
) -> SignedIn | None:
    """Find or add the person, and bring what the rules grant her up to date; None: the file
    blocks her from the hub.

    ``taken`` are names she may not get although the store does not know them: the Hub's own
    users and its admins; ``adopted`` is the one among them that is hers, unless the store knows
    whose it is. Without a visit only the provider has spoken again.
    """
    policy = policy_at(policy, now)
    way = Way(identity, claims.login, now, by_rule(policy, identity, claims))
    known = uow.identities.known(identity)
    others = [other for other in known.ways if other.identity != identity] if known else []
    ways = [way, *others]
    belongs = belonging(policy, ways)
    if known is None and belongs.is_blocked:
        # Nobody gets a name for being refused.
        return None
    person = known.person if known else _adopted(uow, adopted, way, claims, now)
    is_new = person is None
    if person is None:
        person = _newcomer(uow, policy, way, claims, now, taken)
    else:
        uow.identities.confirm(way)
        if is_visit and not belongs.is_blocked:
            uow.people.signed_in(person, _display_name(claims), now, _email(claims))
    followed = uow.memberships.follow(person.person_id, belongs, now, is_new=is_new)
    followed.audit(uow.audit, person.name, person.name, now)
    taught = () if is_new else uow.workshops.taught_by(person.person_id)
    signed = signed_in(policy, person, ways, followed.grants, taught, now)
    return None if signed.is_blocked else signed


def _newcomer(
    uow: UnitOfWork,
    policy: Policy,
    way: Way,
    claims: Claims,
    now: datetime,
    taken: Container[str],
) -> Person:
    """Somebody of whom the store has nothing but what is written here: everything her provider
    has said is, so nothing needs to be changed afterwards."""
    identity = way.identity
    is_free = is_operator(policy, identity)
    reserved = frozenset[str]() if is_free else operators_names(policy) | SYSTEM_NAMES

    def is_taken(name: str) -> bool:
        return name in taken or name in reserved or uow.people.is_taken(name)

    name = free_name(claims.login or claims.nickname or identity.subject, is_taken)
    person = uow.people.add(name, _display_name(claims), None, now, _email(claims))
    uow.identities.add(person, way, now)
    facts = {"provider": identity.provider}
    uow.audit.add(now, name, Action.PERSON_ADDED, subject=name, facts=facts)
    return person


def _adopted(
    uow: UnitOfWork, name: str | None, way: Way, claims: Claims, now: datetime
) -> Person | None:
    """The user of the hub before us, whom the store may know by a server only; None: there is
    none, or the name is somebody's, or was."""
    if name is None or uow.personal_data.is_retired(name):
        return None
    person = uow.people.by_name(name)
    if person is None:
        person = uow.people.add(name, _display_name(claims), None, now)
    elif uow.identities.of(person.person_id):
        return None
    uow.identities.add(person, way, now)
    facts = {"provider": way.identity.provider}
    uow.audit.add(now, name, Action.PERSON_ADOPTED, subject=name, facts=facts)
    return person


def _display_name(claims: Claims) -> str:
    return claims.display_name or claims.login


def _email(claims: Claims) -> str | None:
    """Her address, if the provider has verified it."""
    return claims.email if claims.is_email_verified else None
