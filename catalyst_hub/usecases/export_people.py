"""A champion takes the list of people out of the hub."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.roster import Member
from catalyst_hub.core.spreadsheet import people_csv
from catalyst_hub.core.unit_of_work import UnitOfWork


def export_people(
    uow: UnitOfWork, community: str, zone: str, members: Sequence[Member], actor: str, now: datetime
) -> str:
    """These members for a spreadsheet, with days in the zone; noted in the audit."""
    facts = {"people": len(members)}
    uow.audit.add(now, actor, Action.PEOPLE_EXPORTED, community=community, facts=facts)
    return people_csv(members, zone)
