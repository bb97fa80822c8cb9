"""Workshops as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalyst_hub.champion.wording import N_
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.core.view import ScheduledWorkshop
from catalyst_hub.core.workshop import WorkshopState
from catalyst_hub.i18n import Translator

_STATES: Mapping[WorkshopState, str] = MappingProxyType(
    {
        WorkshopState.ASKED: N_("Waits for an answer"),
        WorkshopState.DECLINED: N_("Not granted"),
        WorkshopState.COMING: N_("Coming"),
        WorkshopState.RUNNING: N_("Today"),
        WorkshopState.OVER: N_("Over"),
        WorkshopState.CANCELLED: N_("Called off"),
    }
)


@dataclass(frozen=True, slots=True)
class WorkshopRow:
    """One workshop; ``instructors`` are pairs of shown name and hub name. ``is_asked``: whoever
    runs the hub has not agreed to it."""

    number: int
    title: str
    days: str
    state: str
    is_open: bool
    is_asked: bool
    instructors: tuple[tuple[str, str], ...]


def workshop_row(scheduled: ScheduledWorkshop, translator: Translator) -> WorkshopRow:
    """One workshop in the reader's language."""
    workshop = scheduled.workshop
    first, last = (translator.day(day) for day in (workshop.first_on, workshop.last_on))
    return WorkshopRow(
        number=workshop.workshop_id,
        title=workshop.title,
        days=first if first == last else f"{first} – {last}",
        state=translator.gettext(_STATES[scheduled.state]),
        is_open=scheduled.state in {WorkshopState.COMING, WorkshopState.RUNNING},
        is_asked=scheduled.state in {WorkshopState.ASKED, WorkshopState.DECLINED},
        instructors=tuple(_named(person) for person in scheduled.instructors),
    )


def _named(person: Person) -> tuple[str, str]:
    return person.shown_as, person.name
