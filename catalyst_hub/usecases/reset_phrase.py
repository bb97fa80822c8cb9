"""A champion gives somebody who has lost hers another return phrase."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.phrase import Holder, ResettingRefusal, resetting_refusal
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def reset_phrase(
    uow: UnitOfWork,
    policy: Policy,
    community: str,
    user_name: str,
    digest: str | None,
    actor: str,
    now: datetime,
) -> Person | ResettingRefusal:
    """The phrase of this digest is hers from now on; or why not, and nothing is done.

    Without a digest nothing is done either. She sees who it was, and when.
    """
    policy = policy_at(policy, now)
    person = uow.people.by_name(user_name)
    if person is None:
        return ResettingRefusal.NOT_IN
    no = resetting_refusal(_holder(uow, policy, community, person), community)
    if no is not None:
        return no
    if digest is not None:
        uow.phrases.keep(person.person_id, digest, now, actor)
        uow.audit.add(now, actor, Action.PHRASE_RESET, community=community, subject=user_name)
    return person


def _holder(uow: UnitOfWork, policy: Policy, community: str, person: Person) -> Holder:
    identities = uow.people.identities(person.person_id)
    ways = (policy.provider(identity.provider) for identity in identities)
    return Holder(
        kinds={way.kind if way else "" for way in ways},
        memberships=uow.memberships.of(person.person_id),
        grants=uow.memberships.grants_in(community).get(person.person_id, ()),
        has_phrase=uow.phrases.of(person.person_id) is not None,
        is_powerful=any(is_operator(policy, identity) for identity in identities)
        or bool(uow.workshops.taught_by(person.person_id)),
    )
