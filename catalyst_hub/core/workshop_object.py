"""Workshops as programs write and read them: JSON objects, with the names of :class:`Plan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from catalyst_hub.core.json_values import (
    day_said,
    list_said,
    number_said,
    object_said,
    text_said,
)
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.recurrence_object import recurring
from catalyst_hub.core.workshop import Nights, Plan, Request, Workshop

_NUMBERS = frozenset(
    {
        "seats",
        "budget_micros",
        "warm_minutes",
        "clean_after_days",
        "idle_minutes",
        "max_age_minutes",
        "grace_minutes",
        "ceiling_minutes",
    }
)
_NAMES = frozenset(field.name for field in fields(Plan))
_DAYS = frozenset({"first_on", "last_on"})
_RULE = "recurrence"
_NOTHING = Plan("", date.min, date.min)


def plan_of(said: Mapping[str, Any], before: Plan | None = None) -> Plan:
    """The plan that an object asks for; what is not in it stays as it was ``before``.

    ``meetings`` are objects with ``day``, ``starts`` and ``ends``, or come from ``recurrence``;
    without any it takes place from ``first_on`` to ``last_on``. Raises RecurrenceError, or
    ValueError with a sentence for programmers that names the field.
    """
    unknown = sorted(said.keys() - _NAMES - {_RULE})
    if unknown:
        raise ValueError(f"there is no {unknown[0]!r} in a workshop")
    if _RULE in said and "meetings" in said:
        raise ValueError(f"a workshop has meetings or {_RULE}, not both")
    read: dict[str, Any] = {name: _value(name, said[name]) for name in said if name != _RULE}
    if _RULE in said:
        read["meetings"] = recurring(said[_RULE])
    plan = replace(before or _NOTHING, **read)
    if before is None and not plan.meetings and not read.keys() >= _DAYS:
        raise ValueError("a workshop needs meetings, or first_on and last_on")
    return plan


def _value(name: str, value: object) -> object:
    if name == "meetings":
        return tuple(_meeting(each) for each in list_said(name, value))
    if name in _DAYS:
        return day_said(name, value)
    if name in _NUMBERS:
        return number_said(name, value)
    if name == "title":
        return text_said(name, value).strip()
    if name == "nights":
        return _nights(name, value)
    return None if value is None else text_said(name, value)


def _meeting(value: object) -> Meeting:
    said = object_said("meetings", value, "day", "starts", "ends")
    return Meeting(
        day_said("meetings.day", said.get("day")),
        text_said("meetings.starts", said.get("starts")),
        text_said("meetings.ends", said.get("ends")),
    )


def _nights(name: str, value: object) -> Nights:
    try:
        return Nights(text_said(name, value))
    except ValueError:
        raise ValueError(f"{name} is one of {', '.join(Nights)}") from None


def plan_object(plan: Plan) -> dict[str, Any]:
    """A plan, as :func:`plan_of` reads it."""
    said = {field.name: getattr(plan, field.name) for field in fields(Plan)}
    return {
        **said,
        "first_on": plan.first_on.isoformat(),
        "last_on": plan.last_on.isoformat(),
        "meetings": [
            {"day": each.day_on.isoformat(), "starts": each.starts, "ends": each.ends}
            for each in plan.meetings
        ],
    }


def workshop_object(workshop: Workshop, today: date) -> dict[str, Any]:
    """A workshop with its state on a day of its community's zone, and what the operator said."""
    return {
        "workshop": workshop.workshop_id,
        "community": workshop.community,
        "state": workshop.state_on(today),
        **plan_object(workshop.plan),
        "currency": workshop.currency,
        "created_by": workshop.created_by,
        "created_at": workshop.created_at.isoformat(),
        "request": _request_object(workshop.request) if workshop.request else None,
    }


def _request_object(request: Request) -> dict[str, Any]:
    return {"reason": request.reason, "answer": request.answer, "reply": request.reply}
