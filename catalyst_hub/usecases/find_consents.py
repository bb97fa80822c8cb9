"""Which consents may be used at this instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.community import CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX
from catalyst_hub.core.consent import Consent, Standing, is_usable
from catalyst_hub.core.person import SignedIn, signed_in
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def find_consents(uow: UnitOfWork, policy: Policy, now: datetime) -> Sequence[Standing]:
    """All of the hub's that were allowed, have not ended, and whose two parties still have their
    places in the community. They are few: each ends within the hour."""
    policy = policy_at(policy, now)
    found = []
    for consent in uow.consents.allowed(now):
        owner = uow.people.named([consent.person_id])[consent.person_id]
        if _is_usable(uow, policy, consent, owner, now):
            found.append(Standing(consent, owner.name))
    return found


def _is_usable(
    uow: UnitOfWork, policy: Policy, consent: Consent, owner: Person, now: datetime
) -> bool:
    asker = uow.people.by_name(consent.asked_by)
    if asker is None:
        return False
    groups = _place(uow, policy, asker, now).groups
    ways = uow.identities.of(owner.person_id)
    suffixes = (CHAMPIONS_SUFFIX, INSTRUCTORS_SUFFIX)
    return is_usable(
        consent,
        _place(uow, policy, owner, now).memberships,
        {slug for slug in policy.by_slug for suffix in suffixes if slug + suffix in groups},
        now,
        is_operator=any(is_operator(policy, way.identity) for way in ways),
    )


def _place(uow: UnitOfWork, policy: Policy, person: Person, now: datetime) -> SignedIn:
    """Where a person belongs at this instant, and what she is there."""
    return signed_in(
        policy,
        person,
        uow.identities.of(person.person_id),
        uow.memberships.grants_of(person.person_id),
        uow.workshops.taught_by(person.person_id),
        now,
    )
