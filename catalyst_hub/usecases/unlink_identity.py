"""A person gives up one of several ways to sign in."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.belonging import belonging
from catalyst_hub.core.community import Identity
from catalyst_hub.core.linking import UnlinkingRefusal, unlinking_refusal
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def unlink_identity(
    uow: UnitOfWork, policy: Policy, user_name: str, identity: Identity, now: datetime
) -> UnlinkingRefusal | None:
    """Take it from her, and what only its rules gave her; or say why not, and do nothing.

    Whoever signs in with it later is somebody new.
    """
    policy = policy_at(policy, now)
    person = uow.people.by_name(user_name)
    if person is None:
        return UnlinkingRefusal.NOT_HERS
    ways = uow.identities.of(person.person_id)
    no = unlinking_refusal(policy, ways, identity)
    if no is not None:
        return no
    uow.identities.remove(identity)
    facts = {"provider": identity.provider}
    uow.audit.add(now, user_name, Action.IDENTITY_UNLINKED, subject=user_name, facts=facts)
    left = [way for way in ways if way.identity != identity]
    followed = uow.memberships.follow(person.person_id, belonging(policy, left), now)
    followed.audit(uow.audit, user_name, user_name, now)
    return None
