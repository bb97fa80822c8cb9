"""A person adds a way to sign in, which she has proven to be hers as well."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import Way, belonging, by_rule
from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.linking import LinkingRefusal, linking_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def link_identity(
    uow: UnitOfWork,
    policy: Policy,
    user_name: str,
    identity: Identity,
    claims: Claims,
    now: datetime,
    *,
    adopted: str | None = None,
    is_rehearsal: bool = False,
) -> LinkingRefusal | None:
    """Make it one of hers, and let its rules count for her; or say why not, and do nothing.

    ``adopted`` is the Hub user from before us whom somebody with this identity would be. A
    rehearsal gives the same answer and changes nothing.
    """
    policy = policy_at(policy, now)
    person = uow.people.by_name(user_name)
    if person is None:
        return LinkingRefusal.UNKNOWN
    way = Way(identity, claims.login, now, by_rule(policy, identity, claims))
    ways = uow.identities.of(person.person_id)
    is_taken = uow.identities.known(identity) is not None
    is_adopted = adopted not in (None, user_name) and _is_free(uow, str(adopted))
    no = linking_refusal(policy, ways, way, is_taken=is_taken, is_adopted=is_adopted)
    if no is not None or is_rehearsal:
        return no
    uow.identities.add(person, way, now)
    facts = {"provider": identity.provider}
    uow.audit.add(now, user_name, Action.IDENTITY_LINKED, subject=user_name, facts=facts)
    followed = uow.memberships.follow(person.person_id, belonging(policy, [*ways, way]), now)
    followed.audit(uow.audit, user_name, user_name, now)
    return None


def _is_free(uow: UnitOfWork, name: str) -> bool:
    """Whether nobody signs in as this user of the Hub yet."""
    person = uow.people.by_name(name)
    return person is None or not uow.identities.of(person.person_id)
