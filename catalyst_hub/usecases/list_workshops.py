"""The workshops of a community, and who instructs in each."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.view import ScheduledWorkshop
from catalyst_hub.core.window import local_day


def list_workshops(
    uow: UnitOfWork, policy: Policy, community: str, now: datetime
) -> tuple[ScheduledWorkshop, ...]:
    """Those that run, then those that come, the next first; then what is over or called off, the
    last first. The community is there."""
    today = local_day(now, policy_at(policy, now).by_slug[community].zone)
    instructors = _instructors(uow, community)
    scheduled = [
        ScheduledWorkshop(
            workshop, workshop.state_on(today), instructors.get(workshop.workshop_id, ())
        )
        for workshop in uow.workshops.of(community)
    ]
    return tuple(sorted(scheduled, key=lambda one: one.place))


def _instructors(uow: UnitOfWork, community: str) -> dict[int, tuple[Person, ...]]:
    """By workshop; none that was called off. Whoever does not belong any more is none either."""
    members = uow.memberships.members_of(community)
    taught = uow.workshops.taught_in(community)
    people = uow.people.named([person_id for person_id in taught if person_id in members])
    found: dict[int, tuple[Person, ...]] = {}
    for person_id, workshops in taught.items():
        for workshop in workshops if person_id in people else ():
            before = found.get(workshop.workshop_id, ())
            found[workshop.workshop_id] = (*before, people[person_id])
    return found
