"""How many people workshops of one community are for at the same hours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime, timedelta

from catalyst_hub.core.community import Community
from catalyst_hub.core.meeting import Span
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Plan, Workshop, spans_in_session
from catalyst_hub.core.workshop_plan import beyond

_A_DAY = timedelta(days=1)


def seats_beside(
    uow: UnitOfWork, community: Community, plan: Plan, now: datetime, workshop_id: int = 0
) -> int:
    """For how many people other workshops are at most while this one is in session. Only what
    champions have planned by themselves counts, not what the operator has planned or agreed to.

    ``workshop_id`` is the workshop whose plan would be changed. To decide by it, take the
    community's lock first.
    """
    others = [
        each
        for each in uow.workshops.open_in(plan.first_on - _A_DAY, plan.last_on + _A_DAY)
        if each.community == community.slug
        and each.workshop_id != workshop_id
        and each.request is None
        and not beyond(each.plan, community.bounds)
    ]
    said = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    planned = Workshop(workshop_id, community.slug, created_by="", created_at=now, **said)
    return most_beside(planned, others, community.zone)


def most_beside(planned: Workshop, others: Iterable[Workshop], zone: str) -> int:
    """The most seats that others have together at any instant of the planned one."""
    changes = [(at, 0, begun) for at, begun in _changes(spans_in_session(planned, zone), 1)]
    for other in others:
        found = _changes(spans_in_session(other, zone), other.seats or 0)
        changes += [(at, seats, 0) for at, seats in found]
    most = taken = is_on = 0
    # At the same instant what ends goes before what begins.
    for _, seats, begun in sorted(changes):
        taken, is_on = taken + seats, is_on + begun
        most = max(most, taken) if is_on else most
    return most


def _changes(spans: Iterable[Span], number: int) -> Iterable[tuple[datetime, int]]:
    for starts_at, ends_at in spans:
        yield starts_at, number
        yield ends_at, -number
