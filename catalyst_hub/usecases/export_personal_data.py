"""Everything that is stored about a person, for her."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.personal_data import PersonalData
from catalyst_hub.core.unit_of_work import UnitOfWork


def export_personal_data(uow: UnitOfWork, user_name: str, now: datetime) -> PersonalData | None:
    """All of it, from one transaction; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    return PersonalData(uow.hub, person.name, now, uow.personal_data.collect(person))
