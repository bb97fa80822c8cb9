"""Which consents may be used at this instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.community import Role
from catalyst_hub.core.consent import Consent, Standing, is_usable
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def find_consents(uow: UnitOfWork, policy: Policy, now: datetime) -> Sequence[Standing]:
    """All of the hub's that were allowed, have not ended, and whose two parties still have their
    places in the community. They are few: each ends within the hour."""
    policy = policy_at(policy, now)
    allowed = uow.consents.allowed(now)
    owners = uow.people.named(sorted({consent.person_id for consent in allowed}))
    return [
        Standing(consent, owners[consent.person_id].name)
        for consent in allowed
        if consent.community in policy.by_slug and _is_usable(uow, policy, consent, now)
    ]


def _is_usable(uow: UnitOfWork, policy: Policy, consent: Consent, now: datetime) -> bool:
    identities = uow.people.identities(consent.person_id)
    return is_usable(
        consent,
        uow.memberships.of(consent.person_id),
        _looked_after(uow, consent.asked_by),
        now,
        is_operator=any(is_operator(policy, identity) for identity in identities),
    )


def _looked_after(uow: UnitOfWork, name: str) -> frozenset[str]:
    """The communities that somebody is champion of."""
    person = uow.people.by_name(name)
    roles = uow.memberships.of(person.person_id) if person else {}
    return frozenset(slug for slug, role in roles.items() if role is Role.CHAMPION)
