"""Who somebody is on this hub, for herself: her communities, and why she is in each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.grant import Grant
from catalyst_hub.core.policy import Policy, is_operator, policy_at
from catalyst_hub.core.roster import Member
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Account:
    """``memberships`` in the order of joining; ``names`` are the display names, by hub name, of
    the people who let her in."""

    person: Person
    is_operator: bool
    memberships: tuple[tuple[Community, Member], ...]
    names: Mapping[str, str]


def show_account(uow: UnitOfWork, policy: Policy, user_name: str, now: datetime) -> Account | None:
    """Her account; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    policy = policy_at(policy, now)
    identities = uow.people.identities(person.person_id)
    signed_in_at = uow.people.signed_in_at([person.person_id])[person.person_id]
    grants = uow.memberships.grants_of(person.person_id)
    memberships = tuple(
        (policy.by_slug[slug], Member(person, tuple(reasons), signed_in_at))
        for slug, reasons in grants.items()
        if slug in policy.by_slug
    )
    return Account(
        person,
        any(is_operator(policy, identity) for identity in identities),
        memberships,
        _names(uow, (grant for reasons in grants.values() for grant in reasons)),
    )


def _names(uow: UnitOfWork, grants: Iterable[Grant]) -> Mapping[str, str]:
    hands = {str(grant.grounds["by"]) for grant in grants if "by" in grant.grounds}
    people = (uow.people.by_name(name) for name in sorted(hands))
    return {person.name: person.display_name for person in people if person is not None}
