"""Workshops: when somebody teaches in a community, for how many people, and who it is."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.culling_rules import Tighter
from catalyst_hub.core.meeting import Meeting, Span, spans_of_days
from catalyst_hub.core.window import local_day, midnight

_A_DAY = timedelta(days=1)


class WorkshopState(StrEnum):
    """Where a workshop stands on a day. ``asked``: it waits for the operator's answer."""

    ASKED = "asked"
    DECLINED = "declined"
    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    CANCELLED = "cancelled"


class Nights(StrEnum):
    """What becomes of servers in the nights between days of meetings that follow one another:
    they are stopped as on any other night, or kept as in a break."""

    USUAL = "usual"
    KEPT = "kept"


class Answer(StrEnum):
    """What the operator says to a workshop beyond the bounds."""

    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workshop is called, and its first and last day in the community's zone; then what it
    needs, as far as that is said.

    Without ``meetings`` it takes place on all of its days, from midnight to midnight. ``seats`` is
    the head-count; ``profile`` and ``size`` are what its people start; ``material`` is a link to
    what they work with. Servers are warmed ``warm_minutes`` before each meeting (None: as the hub
    thinks right, 0: none). People who came for it alone go ``clean_after_days`` after its end
    (None: they stay). ``budget_micros`` of the community's currency are set aside for it.

    The last four are limits of culling, between its days and after them (None: as the file says).
    Its servers stop after ``idle_minutes`` without use, and ``max_age_minutes`` after their start;
    what goes on in them although nobody touches them, work or an open page, counts as use for
    ``ceiling_minutes``: each where that is sooner than what holds otherwise. For ``grace_minutes``
    after its start a server is not idle, be that longer or shorter than otherwise.
    """

    title: str
    first_on: date
    last_on: date
    meetings: tuple[Meeting, ...] = ()
    language: str | None = None
    profile: str | None = None
    size: str | None = None
    seats: int | None = None
    material: str | None = None
    budget_micros: int | None = None
    warm_minutes: int | None = None
    nights: Nights = Nights.USUAL
    clean_after_days: int | None = None
    idle_minutes: int | None = None
    max_age_minutes: int | None = None
    grace_minutes: int | None = None
    ceiling_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Why a workshop goes beyond the bounds, and what the operator said; no answer: it waits."""

    asked_at: datetime
    reason: str
    answer: Answer | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """One workshop of a community; see :class:`Plan` for what it needs.

    ``meetings`` are in the order of time. ``currency`` is that of its budget, if it has one. Its
    plan is the one of ``changed_at``; None: that of the beginning.
    """

    workshop_id: int
    community: str
    title: str
    first_on: date
    last_on: date
    created_by: str
    created_at: datetime
    cancelled_at: datetime | None = None
    changed_at: datetime | None = None
    meetings: tuple[Meeting, ...] = ()
    language: str | None = None
    profile: str | None = None
    size: str | None = None
    seats: int | None = None
    material: str | None = None
    budget_micros: int | None = None
    currency: str | None = None
    warm_minutes: int | None = None
    nights: Nights = Nights.USUAL
    clean_after_days: int | None = None
    idle_minutes: int | None = None
    max_age_minutes: int | None = None
    grace_minutes: int | None = None
    ceiling_minutes: int | None = None
    request: Request | None = None

    @property
    def plan(self) -> Plan:
        """What was planned."""
        return Plan(**{field.name: getattr(self, field.name) for field in fields(Plan)})

    @property
    def revised_at(self) -> datetime:
        """When it became what it is: made, changed, or called off."""
        return max(filter(None, (self.created_at, self.changed_at, self.cancelled_at)))

    @property
    def culling(self) -> Tighter:
        """What it says itself of when its servers stop."""
        return culling_said(
            self.idle_minutes, self.max_age_minutes, self.grace_minutes, self.ceiling_minutes
        )

    def state_on(self, day: date) -> WorkshopState:
        """Where it stands on a day of the community's zone."""
        if self.cancelled_at is not None:
            return WorkshopState.CANCELLED
        if not takes_place(self):
            is_declined = self.request is not None and self.request.answer is Answer.DECLINED
            return WorkshopState.DECLINED if is_declined else WorkshopState.ASKED
        if day < self.first_on:
            return WorkshopState.COMING
        return WorkshopState.RUNNING if day <= self.last_on else WorkshopState.OVER

    def is_open_on(self, day: date) -> bool:
        """Whether it runs on this day or later, so that it can be prepared."""
        return self.state_on(day) in {WorkshopState.COMING, WorkshopState.RUNNING}

    def ends_at(self, zone: str) -> datetime:
        """The end of its last day."""
        return midnight(self.last_on + _A_DAY, zone)


def culling_said(
    idle: int | None, max_age: int | None, grace: int | None, ceiling: int | None
) -> Tighter:
    """What these minutes of a :class:`Plan` say of its servers: work and open pages have one
    ceiling."""
    untouched = _lasting(ceiling)
    return Tighter(_lasting(idle), _lasting(max_age), untouched, untouched, _lasting(grace))


def _lasting(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)


def takes_place(workshop: Workshop) -> bool:
    """Whether it was, is or will be: it was not called off, and neither waits for the operator's
    answer nor got a no."""
    return is_agreed(workshop) and workshop.cancelled_at is None


def is_agreed(workshop: Workshop) -> bool:
    """Whether it needs nobody's word, or was granted."""
    return workshop.request is None or workshop.request.answer is Answer.GRANTED


def hours_of(workshop: Workshop, zone: str) -> Span:
    """From the start of its first meeting to the end of its last; without any, all of its days."""
    if not workshop.meetings:
        return midnight(workshop.first_on, zone), workshop.ends_at(zone)
    return workshop.meetings[0].span(zone)[0], max(m.span(zone)[1] for m in workshop.meetings)


def spans_in_session(workshop: Workshop, zone: str) -> tuple[Span, ...]:
    """When nobody's server is stopped as idle, in order: each day from its first meeting to its
    last, breaks included, and the nights in between if they are kept."""
    if not workshop.meetings:
        return (hours_of(workshop, zone),)
    keeps_nights = workshop.nights is Nights.KEPT
    return tuple(spans_of_days(workshop.meetings, zone, keeps_nights=keeps_nights))


def is_in_session(workshop: Workshop, zone: str, now: datetime) -> bool:
    """Whether a workshop that takes place is in a meeting, a break, or a night that is kept."""
    if not takes_place(workshop):
        return False
    today = local_day(now, zone)
    # A workshop of a year has hundreds of meetings: those of other days say nothing of today.
    about = tuple(m for m in workshop.meetings if abs(m.day_on - today) <= _A_DAY)
    if workshop.meetings:
        keeps_nights = workshop.nights is Nights.KEPT
        spans = spans_of_days(about, zone, keeps_nights=keeps_nights)
    else:
        spans = [hours_of(workshop, zone)]
    return any(starts_at <= now < ends_at for starts_at, ends_at in spans)


def meeting_at(workshop: Workshop, zone: str, now: datetime) -> Meeting | None:
    """The meeting that takes place now; None: there is none, or it has no hours."""
    today = local_day(now, zone)
    for meeting in workshop.meetings if takes_place(workshop) else ():
        if abs(meeting.day_on - today) <= _A_DAY:
            starts_at, ends_at = meeting.span(zone)
            if starts_at <= now < ends_at:
                return meeting
    return None


def instructed_now(
    workshops: Iterable[Workshop],
    communities: Mapping[str, Community],
    memberships: Container[str],
    now: datetime,
) -> frozenset[str]:
    """The communities, by slug, in which the instructor of these workshops instructs now.

    Days are those of the community's zone. Whoever was taken out of a community, or whose rule
    does not match any more, has no power there either.
    """
    return frozenset(
        workshop.community
        for workshop in workshops
        if workshop.community in memberships
        and is_running(workshop, communities.get(workshop.community), now)
    )


def is_running(workshop: Workshop, community: Community | None, now: datetime) -> bool:
    """Whether it takes place now; in a community that is not there any more nothing does."""
    if community is None:
        return False
    return workshop.state_on(local_day(now, community.zone)) is WorkshopState.RUNNING
