"""After a workshop, or when it came to nothing: people who came for it alone are told three times,
then they and their files go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.unit_of_work.people import Person
from catalyst_hub.core.workshop import Workshop, WorkshopState, hours_of, is_agreed
from catalyst_hub.core.workshop_step import over_at

#: So long before somebody goes each of the notices is given, if the workshop is over by then.
LEADS = (timedelta(days=14), timedelta(days=7), timedelta(days=1))
#: At least so much lies between two notices, and between the last one and the end, however long
#: the process that gives them was away.
APART = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Farewell:
    """How somebody was told after a workshop: ``notices`` times, the last time ``told_at``.

    ``begun_at`` is when her removal began, which nothing calls off.
    """

    notices: int
    told_at: datetime
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came for a workshop alone: with a workshop account as her only way to sign in,
    by invitations of workshops as all that lets her in, of which this one keeps people longest."""

    person: Person
    workshop_id: int
    farewell: Farewell | None = None


class Step(StrEnum):
    """What is to be done about a guest now."""

    TELL = "tell"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Leaving:
    """A guest, her workshop, and when she goes if nothing happens.

    ``became`` is what the workshop came to: it is over; or it was called off before its end was
    there; or declined, which is also what nobody has answered by then.
    """

    guest: Guest
    workshop: Workshop
    goes_at: datetime
    step: Step | None
    became: WorkshopState


def leaving(guest: Guest, workshop: Workshop, zone: str, now: datetime) -> Leaving | None:
    """Where her farewell stands; None: people of this workshop stay."""
    farewell = guest.farewell
    # What was called off is over from then on: nobody comes back for its last day.
    ends_at = over_at(workshop, zone)
    became = _became(workshop, zone)
    if farewell is not None and farewell.begun_at is not None:
        # Nothing calls it off: no other day of the workshop, nor that its people stay after all.
        return Leaving(guest, workshop, farewell.begun_at, Step.REMOVE, became)
    if workshop.clean_after_days is None:
        return None
    planned_at = ends_at + timedelta(days=workshop.clean_after_days)
    step = _step(farewell, ends_at, planned_at, now)
    goes_at = _goes_at(farewell, ends_at, planned_at)
    return Leaving(guest, workshop, goes_at, step, became)


def _became(workshop: Workshop, zone: str) -> WorkshopState:
    if over_at(workshop, zone) < hours_of(workshop, zone)[1]:
        return WorkshopState.CANCELLED
    # Guests came while it was granted, and then it was changed to what was not.
    return WorkshopState.OVER if is_agreed(workshop) else WorkshopState.DECLINED


def _step(
    farewell: Farewell | None, ends_at: datetime, planned_at: datetime, now: datetime
) -> Step | None:
    told = farewell.notices if farewell else 0
    if told < len(LEADS):
        return Step.TELL if now >= _due_at(farewell, ends_at, planned_at) else None
    return Step.REMOVE if now >= _goes_at(farewell, ends_at, planned_at) else None


def _due_at(farewell: Farewell | None, ends_at: datetime, planned_at: datetime) -> datetime:
    """When she is told next."""
    if farewell is None:
        return max(ends_at, planned_at - LEADS[0])
    return max(farewell.told_at + APART, planned_at - LEADS[farewell.notices])


def _goes_at(farewell: Farewell | None, ends_at: datetime, planned_at: datetime) -> datetime:
    """As planned, or as soon as all notices have been given and the last was a while ago."""
    if farewell is None:
        return max(planned_at, ends_at + len(LEADS) * APART)
    return max(planned_at, farewell.told_at + (len(LEADS) - farewell.notices + 1) * APART)
