"""How full homes are, for those who own them and those who look after their owners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.storage import Home, home_of
from catalyst_hub.core.unit_of_work import UnitOfWork


def show_home(uow: UnitOfWork, policy: Policy, name: str, now: datetime) -> Home | None:
    """One person's; None: it was not measured, or nothing limits it."""
    person = uow.people.by_name(name)
    if person is None:
        return None
    return show_homes(uow, policy, [person.person_id], now).get(person.person_id)


def show_homes(
    uow: UnitOfWork, policy: Policy, person_ids: Collection[int], now: datetime
) -> Mapping[int, Home]:
    """By person id; without those that were not measured, or that nothing limits."""
    policy = policy_at(policy, now)
    found = {}
    for person_id, use in uow.storage.of(person_ids).items():
        slugs = uow.memberships.of(person_id)
        mine = [policy.by_slug[slug] for slug in slugs if slug in policy.by_slug]
        if (home := home_of(use, mine)) is not None:
            found[person_id] = home
    return found
