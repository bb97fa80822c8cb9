"""Somebody's servers are stopped as idle again, before the time that was said."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def revoke_spare(uow: UnitOfWork, community: str, spare_id: int, actor: str, now: datetime) -> bool:
    """End it. False, and nothing done: this community has no such spare in force."""
    spare = uow.spares.get(spare_id)
    if spare is None or spare.community != community or not spare.is_in_force(now):
        return False
    if not uow.spares.revoke(spare_id, actor, now):
        return False
    person = uow.people.named([spare.person_id]).get(spare.person_id)
    uow.audit.add(
        now,
        actor,
        Action.SPARE_REVOKED,
        community=community,
        subject=person.name if person else None,
        facts={"spare": spare_id},
    )
    return True
