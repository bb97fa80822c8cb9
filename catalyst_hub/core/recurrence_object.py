"""A rule by which meetings recur, as programs write it."""

from __future__ import annotations

from collections.abc import Iterator

from catalyst_hub.core.json_values import (
    day_said,
    list_said,
    number_said,
    object_said,
    text_said,
)
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.recurrence import EVERY_DAY, Hours, Pattern, meetings_of
from catalyst_hub.core.workshop_plan import MOST_MEETINGS, PlanRefusal

#: The days of the week, the first being 0.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAME = "recurrence"
_FIELDS = ("first_on", "hours", "last_on", "times", "weekdays", "every_weeks", "holidays")


class RecurrenceError(ValueError):
    """A rule that is well-formed, and of which no meetings can be made."""

    def __init__(self, refusal: PlanRefusal) -> None:
        super().__init__(f"{_NAME}: {refusal.value}")
        self.refusal = refusal


def recurring(value: object) -> tuple[Meeting, ...]:
    """The meetings of an object with the fields of :class:`Pattern`: days as ``2026-12-01``,
    ``hours`` as objects with ``starts`` and ``ends``, ``weekdays`` as ``mon`` to ``sun``.

    Raises RecurrenceError, or ValueError with a sentence for programmers that names the field.
    """
    found = meetings_of(_pattern(object_said(_NAME, value, *_FIELDS)))
    if isinstance(found, PlanRefusal):
        raise RecurrenceError(found)
    return found


def _pattern(said: dict[str, object]) -> Pattern:
    last_on, times = said.get("last_on"), number_said(_below("times"), said.get("times"))
    if last_on is None and times is None:
        raise ValueError(f"{_NAME} needs last_on or times")
    every_weeks = number_said(_below("every_weeks"), said.get("every_weeks", 1))
    if every_weeks is None or every_weeks < 1:
        raise ValueError(f"{_below('every_weeks')} is a whole number from 1")
    return Pattern(
        day_said(_below("first_on"), said.get("first_on")),
        tuple(_hours(said.get("hours"))),
        None if last_on is None else day_said(_below("last_on"), last_on),
        times,
        frozenset(_weekdays(said["weekdays"])) if "weekdays" in said else EVERY_DAY,
        every_weeks,
        frozenset(
            day_said(_below("holidays"), each)
            for each in list_said(_below("holidays"), said.get("holidays", []))
        ),
    )


def _hours(value: object) -> Iterator[Hours]:
    name = _below("hours")
    hours = list_said(name, value)
    if not hours or len(hours) > MOST_MEETINGS:
        raise ValueError(f"{name} has 1 to {MOST_MEETINGS} objects")
    for each in hours:
        said = object_said(name, each, "starts", "ends")
        starts, ends = (text_said(f"{name}.{end}", said.get(end)) for end in ("starts", "ends"))
        yield starts, ends


def _weekdays(value: object) -> Iterator[int]:
    name = _below("weekdays")
    days = list_said(name, value)
    for day in days:
        if day not in WEEKDAYS:
            raise ValueError(f"{name} has some of {', '.join(WEEKDAYS)}")
        yield WEEKDAYS.index(str(day))
    if not days:
        raise ValueError(f"{name} has at least one day")


def _below(field: str) -> str:
    return f"{_NAME}.{field}"
