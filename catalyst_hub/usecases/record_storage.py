"""Homes were measured: keep how full they are, and warn whom it concerns, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.storage import Home, HomeSize, Level, StorageUse, home_of
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def record_storage(
    uow: UnitOfWork, policy: Policy, sizes: Mapping[str, HomeSize], now: datetime
) -> None:
    """``sizes`` by hub name; names that the store does not know are passed over."""
    policy = policy_at(policy, now)
    people = [person for name in sizes if (person := uow.people.by_name(name)) is not None]
    known = uow.storage.of([person.person_id for person in people])
    for person in people:
        size, before = sizes[person.name], known.get(person.person_id)
        uow.storage.record(person.person_id, size, now)
        use = StorageUse(size, now, before.warned_at if before else None)
        slugs = uow.memberships.of(person.person_id)
        mine = [policy.by_slug[slug] for slug in slugs if slug in policy.by_slug]
        if (home := home_of(use, mine)) is not None:
            _follow(uow, person, use, home, now)


def _follow(uow: UnitOfWork, person: Person, use: StorageUse, home: Home, now: datetime) -> None:
    """One mail for each time that it fills up; the page tells as long as it is so."""
    if use.warned_at is not None and home.is_relieved:
        uow.storage.set_warned(person.person_id, None)
    elif use.warned_at is None and home.level is not Level.FINE:
        uow.storage.set_warned(person.person_id, now)
        sizes = {"used_bytes": home.used_bytes, "limit_bytes": home.limit_bytes}
        uow.mails.queue(person, MailKind.STORAGE_WARNING, now, **sizes)
