"""A workshop as rows: one of its own, and one for each of its meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, String, select, type_coerce

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Answer, Nights, Plan, Request, Workshop
from catalyst_hub.store.repository import listed
from catalyst_hub.store.tables import meetings, workshops

# All meetings of a workshop in one column: no statement of their own, and no row for each.
_MEETINGS = (
    select(
        listed(
            type_coerce(meetings.c.day_on, String) + " " + meetings.c.starts + " " + meetings.c.ends
        )
    )
    .where(meetings.c.workshop_id == workshops.c.workshop_id)
    .scalar_subquery()
    .label("meetings")
)

_NEEDS = (
    "language",
    "profile",
    "size",
    "seats",
    "material",
    "budget_micros",
    "currency",
    "warm_minutes",
    "nights",
    "clean_after_days",
    "idle_minutes",
    "max_age_minutes",
    "grace_minutes",
    "ceiling_minutes",
)
_OWN = (
    *("workshop_id", "community", "title", "first_on", "last_on"),
    *("created_by", "created_at", "cancelled_at", "changed_at"),
)
_REQUEST = ("asked_at", "asked_reason", "answer", "answered_by", "answered_at", "reply")
_AT_MEETINGS = len(_OWN)
_AT_NIGHTS = len(_OWN) + 1 + _NEEDS.index("nights")
_WIDTH = len(_OWN) + 1 + len(_NEEDS)

#: As :func:`catalyst_hub.core.workshop.takes_place` says it.
TAKES_PLACE = workshops.c.cancelled_at.is_(None) & (
    workshops.c.asked_at.is_(None) | (workshops.c.answer == Answer.GRANTED.value)
)

#: What :func:`workshop_of` reads, in the order of the fields of a workshop.
COLUMNS = (
    *(workshops.c[name] for name in _OWN),
    _MEETINGS,
    *(workshops.c[name] for name in (*_NEEDS, *_REQUEST)),
)


def workshop_of(row: Row[*tuple[Any, ...]] | Sequence[Any]) -> Workshop:
    """The workshop of a row of :data:`COLUMNS`."""
    # By place and not by name, for a pass of the culler reads hundreds of them.
    values = list(row[:_WIDTH])
    values[_AT_MEETINGS] = _meetings_of(values[_AT_MEETINGS])
    values[_AT_NIGHTS] = Nights(values[_AT_NIGHTS] or Nights.USUAL)
    values.append(_request_of(*row[_WIDTH:]))
    return Workshop(*values)


def _meetings_of(written: str | None) -> tuple[Meeting, ...]:
    """In the order of time, which is that of the letters."""
    if not written:
        return ()
    parts = (one.split(" ") for one in sorted(written.split(",")))
    return tuple(Meeting(date.fromisoformat(day), starts, ends) for day, starts, ends in parts)


def _request_of(asked_at: Any, reason: str, answer: str | None, *rest: Any) -> Request | None:
    if asked_at is None:
        return None
    return Request(asked_at, reason, Answer(answer) if answer else None, *rest)


def columns_of(plan: Plan, currency: str | None, request: Request | None) -> dict[str, object]:
    """What a plan, and a request for it, say, as values of columns."""
    has_budget = plan.budget_micros is not None
    values: dict[str, object] = {
        "title": plan.title,
        "first_on": plan.first_on,
        "last_on": plan.last_on,
        "currency": currency if has_budget else None,
        "nights": plan.nights.value,
    }
    for name in _NEEDS:
        values.setdefault(name, getattr(plan, name, None))
    asked = {
        "asked_at": request.asked_at if request else None,
        "asked_reason": request.reason if request else None,
        "answer": request.answer.value if request and request.answer else None,
        "answered_by": request.answered_by if request else None,
        "answered_at": request.answered_at if request else None,
        "reply": request.reply if request else None,
    }
    return values | asked


def meeting_rows(hub: str, workshop_id: int, plan: Plan) -> list[dict[str, object]]:
    """One for each meeting, numbered from 1 in the order of time."""
    return [
        {
            "workshop_id": workshop_id,
            "number": number,
            "hub": hub,
            "day_on": meeting.day_on,
            "starts": meeting.starts,
            "ends": meeting.ends,
        }
        for number, meeting in enumerate(sorted(plan.meetings), 1)
    ]
