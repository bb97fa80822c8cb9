"""Somebody who came for a workshop alone stays, with her files."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def keep_account(uow: UnitOfWork, user_name: str, now: datetime) -> bool:
    """She is spared; False: nothing was going to happen to her, or it has begun."""
    person = uow.people.by_name(user_name)
    if person is None or not uow.farewells.keep(person.person_id, now):
        return False
    uow.audit.add(now, user_name, Action.FAREWELL_KEPT, subject=user_name)
    return True
