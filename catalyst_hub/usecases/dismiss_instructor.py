"""A champion makes somebody an instructor of a workshop no longer."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def dismiss_instructor(
    uow: UnitOfWork, community: str, workshop_id: int, user_name: str, actor: str, now: datetime
) -> bool:
    """Dismiss her; she stays a member. False, and nothing done: she was none."""
    workshop, person = uow.workshops.get(workshop_id), uow.people.by_name(user_name)
    if workshop is None or workshop.community != community or person is None:
        return False
    if not uow.workshops.dismiss(workshop_id, person.person_id):
        return False
    facts = {"workshop": workshop_id, "title": workshop.title}
    uow.audit.add(
        now, actor, Action.INSTRUCTOR_DISMISSED, community=community, subject=user_name, facts=facts
    )
    return True
