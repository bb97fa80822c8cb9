"""Who instructs in a workshop, since when, and who said so."""

from __future__ import annotations

from collections.abc import Sequence

from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import Instructor


def list_instructors(
    uow: UnitOfWork, community: str, workshop_id: int
) -> Sequence[Instructor] | None:
    """The first first. Whoever does not belong any more is none, and one that was called off has
    none; None: this community has no such workshop."""
    workshop = uow.workshops.get(workshop_id)
    if workshop is None or workshop.community != community:
        return None
    if workshop.cancelled_at is not None:
        return ()
    members = uow.memberships.members_of(community)
    made = [each for each in uow.workshops.appointments(workshop_id) if each.person_id in members]
    people = uow.people.named([each.person_id for each in made])
    return [Instructor(people[m.person_id], m.by, m.at) for m in made if m.person_id in people]
