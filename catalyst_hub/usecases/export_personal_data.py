"""Everything that is stored about a person, for her."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonalData:
    """``rows`` by table, as docs/reference/tables.md describes them: instants and days as such,
    facts as mappings."""

    hub: str
    name: str
    made_at: datetime
    rows: Mapping[str, Sequence[Mapping[str, object]]]


def export_personal_data(uow: UnitOfWork, user_name: str, now: datetime) -> PersonalData | None:
    """All of it, from one transaction; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    return PersonalData(uow.hub, person.name, now, uow.personal_data.collect(person))
