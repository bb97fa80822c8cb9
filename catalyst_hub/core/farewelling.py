"""Who leaves after workshops, as the policy and the store say together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from catalyst_hub.core.farewell import Leaving, leaving
from catalyst_hub.core.phrase import WORKSHOP_ACCOUNTS
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day


def all_leaving(
    uow: UnitOfWork, policy: Policy, now: datetime, user_name: str | None = None
) -> Iterator[Leaving]:
    """Everybody, or one person, who came for a workshop alone that is over."""
    policy = policy_at(policy, now)
    accounts = [each.slug for each in policy.providers if each.kind == WORKSHOP_ACCOUNTS]
    # Whatever the zone, a workshop whose last day is later than this is not over.
    latest = local_day(now, "Pacific/Kiritimati")
    guests = uow.farewells.guests(accounts, latest, user_name)
    workshops = {number: uow.workshops.get(number) for number in {g.workshop_id for g in guests}}
    for guest in guests:
        workshop = workshops[guest.workshop_id]
        community = policy.community(workshop.community) if workshop else None
        zone = community.zone if community else policy.zone
        found = leaving(guest, workshop, zone, now) if workshop else None
        if found is not None:
            yield found
