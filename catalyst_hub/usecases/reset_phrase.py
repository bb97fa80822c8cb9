"""A champion, or an instructor, gives somebody who has lost hers another return phrase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import is_learners_of
from catalyst_hub.core.phrase import Giver, Holder, ResettingRefusal, resetting_refusal
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.workshop import is_running


@dataclass(frozen=True, slots=True)
class Reset:
    """What is asked for: whom, by whom, in which community, and as what."""

    community: str
    user_name: str
    actor: str
    giver: Giver


def reset_phrase(
    uow: UnitOfWork, policy: Policy, reset: Reset, digest: str | None, now: datetime
) -> Person | ResettingRefusal:
    """The phrase of this digest is hers from now on; or why not, and nothing is done. She sees
    who it was, and when.

    Without a digest nothing is done either: the answer is what it would be.
    """
    policy = policy_at(policy, now)
    person = uow.people.by_name(reset.user_name)
    if person is None:
        return ResettingRefusal.NOT_IN
    holder = _holder(uow, policy, reset, person, now)
    no = resetting_refusal(holder, reset.community, reset.giver)
    if no is not None:
        return no
    if digest is not None:
        uow.phrases.keep(person.person_id, digest, now, reset.actor)
        where, who = reset.community, person.name
        uow.audit.add(now, reset.actor, Action.PHRASE_RESET, community=where, subject=who)
    return person


def _holder(uow: UnitOfWork, policy: Policy, reset: Reset, person: Person, now: datetime) -> Holder:
    person_id, identities = person.person_id, uow.people.identities(person.person_id)
    ways = (policy.provider(identity.provider) for identity in identities)
    grants = uow.memberships.grants_in(reset.community).get(person_id, ())
    operates = any(is_operator(policy, identity) for identity in identities)
    return Holder(
        kinds={way.kind if way else "" for way in ways},
        memberships=uow.memberships.of(person_id),
        grants=grants,
        has_phrase=uow.phrases.of(person_id) is not None,
        is_powerful=operates or bool(uow.workshops.taught_by(person_id)),
        is_taught=_is_taught(uow, policy, reset, grants, now),
    )


def _is_taught(
    uow: UnitOfWork, policy: Policy, reset: Reset, grants: Sequence[Grant], now: datetime
) -> bool:
    """Whether she came with a code of a workshop that the giver teaches, and that runs."""
    giver, community = uow.people.by_name(reset.actor), policy.community(reset.community)
    taught = uow.workshops.taught_by(giver.person_id) if giver else ()
    running = [workshop for workshop in taught if is_running(workshop, community, now)]
    numbers = [g.grounds.get("invitation") for g in grants if g.source is Source.INVITATION]
    came_with = (uow.invitations.get(number) for number in numbers if isinstance(number, int))
    return any(is_learners_of(invitation, running) for invitation in came_with if invitation)
