"""What became of a workshop, in numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import hours_of
from catalyst_hub.core.workshop_report import CAME_BACK, Record, WorkshopReport, report_on


def report_workshop(
    uow: UnitOfWork, policy: Policy, workshop_id: int, now: datetime
) -> WorkshopReport | None:
    """One of them, so far; None: there is none, or its community is gone."""
    workshop = uow.workshops.get(workshop_id)
    community = policy_at(policy, now).community(workshop.community) if workshop else None
    if workshop is None or community is None:
        return None
    span, slug = hours_of(workshop, community.zone), community.slug
    back_by = span[1] + timedelta(days=max(CAME_BACK))
    record = Record(
        uow.attendance.registered(workshop_id),
        uow.attendance.sessions(workshop_id, slug, span),
        uow.attendance.denials(workshop_id),
        uow.attendance.returned_at(workshop_id, slug, span[1], back_by),
    )
    return report_on(workshop, span[1], community.currency, record, now)
