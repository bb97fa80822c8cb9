"""A server could not be started ahead: nobody tries again before the next meeting."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import Denied
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER


def refuse_warming(
    uow: UnitOfWork, workshop_id: int, user_name: str, denied: Denied, now: datetime
) -> None:
    """Note why, for whoever looks after the workshop, and so that it is not asked again."""
    person, workshop = uow.people.by_name(user_name), uow.workshops.get(workshop_id)
    if person is None or workshop is None:
        return
    uow.attendance.deny(workshop_id, person.person_id, denied.code, now)
    uow.audit.add(
        now,
        WARMER,
        Action.SERVER_NOT_WARMED,
        community=workshop.community,
        subject=user_name,
        facts={"workshop": workshop_id, "code": denied.code},
    )
