"""Workshops as programs write and read them: JSON objects, with the names of :class:`Plan`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Nights, Plan, Request, Workshop

_NUMBERS = frozenset({"seats", "budget_micros", "warm_minutes", "clean_after_days"})
_NAMES = frozenset(field.name for field in fields(Plan))
#: What JSON can say and no database keep.
_NOT_KEPT = re.compile("[\0\ud800-\udfff]")
_NOTHING = Plan("", date.min, date.min)


def plan_of(said: Mapping[str, Any], before: Plan | None = None) -> Plan:
    """The plan that an object asks for; what is not in it stays as it was ``before``.

    ``meetings`` are objects with ``day``, ``starts`` and ``ends``; without any it takes place from
    ``first_on`` to ``last_on``. Raises ValueError with a sentence for programmers.
    """
    unknown = sorted(said.keys() - _NAMES)
    if unknown:
        raise ValueError(f"there is no {unknown[0]!r} in a workshop")
    read: dict[str, Any] = {name: _value(name, value) for name, value in said.items()}
    plan = replace(before or _NOTHING, **read)
    if not plan.meetings and plan.first_on == date.min:
        raise ValueError("a workshop needs meetings, or first_on and last_on")
    return plan


def _value(name: str, value: object) -> object:
    if name == "meetings":
        return _meetings(value)
    if name in {"first_on", "last_on"}:
        return _day(name, value)
    if name in _NUMBERS:
        return _whole(name, value)
    if name == "title":
        return _text(name, value).strip()
    if name == "nights":
        return Nights(_text(name, value))
    return None if value is None else _text(name, value)


def _meetings(value: object) -> tuple[Meeting, ...]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError("meetings is a list of objects")
    return tuple(
        Meeting(
            _day("day", each.get("day")),
            _text("starts", each.get("starts")),
            _text("ends", each.get("ends")),
        )
        for each in value
    )


def _day(name: str, value: object) -> date:
    return date.fromisoformat(_text(name, value))


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or _NOT_KEPT.search(value):
        raise ValueError(f"{name} is a string of characters")
    return value


def _whole(name: str, value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise ValueError(f"{name} is a whole number or null")
    return value


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
