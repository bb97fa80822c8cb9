"""Why there can be no such workshop."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Community
from catalyst_hub.core.language import supported
from catalyst_hub.core.meeting import END_OF_DAY, Meeting, Oddity, is_hour, oddity
from catalyst_hub.core.quantity import LARGEST
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Workshop

LONGEST_TITLE = 80
#: From the first day to the last.
MOST_DAYS = 366
#: Until the first day.
FARTHEST = timedelta(days=2 * 366)
MOST_MEETINGS = 500
#: Of one workshop, whoever agrees to it.
MOST_SEATS = 5000
LONGEST_MATERIAL = 2000
#: Servers that nobody uses yet cost money.
MOST_WARM_MINUTES = 180
LONGEST_CLEANING = 366
#: Servers tell of their use every five minutes: of a shorter limit people who work would seem idle.
IDLE_MINUTES = range(10, 24 * 60 + 1)
#: Of a shorter age people would start the same server again and again.
MAX_AGE_MINUTES = range(60, 31 * 24 * 60 + 1)
#: It is the one of these that may lengthen what the file says: by no more than a day.
GRACE_MINUTES = range(24 * 60 + 1)
CEILING_MINUTES = range(10, 31 * 24 * 60 + 1)
LONGEST_REASON = 1000

#: What no line shows or no database keeps.
_NO_LINE = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPACE = re.compile(r"\s")


class PlanRefusal(StrEnum):
    """Why there can be no such workshop."""

    NO_TITLE = "no-title"
    LONG_TITLE = "long-title"
    ODD_TITLE = "odd-title"
    BACKWARDS = "backwards"
    OVER = "over"
    HOURS_OVER = "hours-over"
    TOO_LONG = "too-long"
    TOO_FAR = "too-far"
    NO_ZONE = "no-zone"
    NO_MEETINGS = "no-meetings"
    TOO_MANY = "too-many"
    NO_HOUR = "no-hour"
    ENDS_FIRST = "ends-first"
    OUTSIDE = "outside"
    OVERLAPPING = "overlapping"
    SKIPPED_HOUR = "skipped-hour"
    DOUBLED_HOUR = "doubled-hour"
    NO_SEATS = "no-seats"
    MOST_SEATS = "most-seats"
    NO_PROFILE = "no-profile"
    NO_SIZE = "no-size"
    NO_LANGUAGE = "no-language"
    NO_LINK = "no-link"
    LONG_LINK = "long-link"
    WARMING = "warming"
    CLEANING = "cleaning"
    IDLE = "idle"
    MAX_AGE = "max-age"
    GRACE = "grace"
    CEILING = "ceiling"
    NO_BUDGET = "no-budget"
    TOO_DEAR = "too-dear"
    BEYOND = "beyond"
    PAST = "past"
    NOT_THERE = "not-there"


#: What a single meeting can have wrong with it; looked for within the days of a workshop alone.
OF_MEETINGS = frozenset(
    {
        PlanRefusal.NO_HOUR,
        PlanRefusal.ENDS_FIRST,
        PlanRefusal.OUTSIDE,
        PlanRefusal.OVERLAPPING,
        PlanRefusal.SKIPPED_HOUR,
        PlanRefusal.DOUBLED_HOUR,
    }
)


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def with_days_of_meetings(plan: Plan) -> Plan:
    """Its meetings in the order of time, and its days from the first of them to the last; a plan
    without any stays as it is."""
    if not plan.meetings:
        return plan
    meetings = tuple(sorted(plan.meetings))
    first_on, last_on = meetings[0].day_on, meetings[-1].day_on
    return replace(plan, meetings=meetings, first_on=first_on, last_on=last_on)


def plan_refusal(plan: Plan, community: Community, now: datetime) -> PlanRefusal | None:
    """What is wrong with a plan, the first that there is; None: nothing."""
    # Before anything walks through them.
    if len(plan.meetings) > MOST_MEETINGS:
        return PlanRefusal.TOO_MANY
    zone = community.zone
    return (
        _title_refusal(plan.title)
        or _days_refusal(plan, local_day(now, zone))
        or meetings_refusal(plan, zone)
        or _past_refusal(plan, zone, now)
        or _needs_refusal(plan, community)
        or _running_refusal(plan)
    )


def _title_refusal(title: str) -> PlanRefusal | None:
    if not title:
        return PlanRefusal.NO_TITLE
    if len(title) > LONGEST_TITLE:
        return PlanRefusal.LONG_TITLE
    return PlanRefusal.ODD_TITLE if _NO_LINE.search(title) else None


def _days_refusal(plan: Plan, today: date) -> PlanRefusal | None:
    if plan.last_on < plan.first_on:
        return PlanRefusal.BACKWARDS
    if plan.last_on < today:
        return PlanRefusal.OVER
    if (plan.last_on - plan.first_on).days >= MOST_DAYS:
        return PlanRefusal.TOO_LONG
    return PlanRefusal.TOO_FAR if plan.first_on - today > FARTHEST else None


def _past_refusal(plan: Plan, zone: str, now: datetime) -> PlanRefusal | None:
    """Of a plan with hours, the day may still go on when all of them are over."""
    is_over = bool(plan.meetings) and all(each.span(zone)[1] <= now for each in plan.meetings)
    return PlanRefusal.HOURS_OVER if is_over else None


@dataclass(frozen=True, slots=True)
class OddMeeting:
    """A meeting of which nothing can be made, and why; where it is an hour, which."""

    refusal: PlanRefusal
    meeting: Meeting
    hour: str = ""


def odd_meetings(plan: Plan, zone: str) -> Iterator[OddMeeting]:
    """Everything that is wrong with the meetings of a plan, for people to correct it. Its days are
    not too far away: where the calendar ends there are no hours to look at."""
    for meeting in plan.meetings:
        found = _odd_meeting(meeting, plan, zone)
        if found is not None:
            yield found
    for before, after in pairwise(sorted(plan.meetings)):
        # As written: both are hours of the same day.
        if before.day_on == after.day_on and after.starts < before.ends:
            yield OddMeeting(PlanRefusal.OVERLAPPING, after)


def meetings_refusal(plan: Plan, zone: str) -> PlanRefusal | None:
    """The first of it; None: nothing."""
    found = next(odd_meetings(plan, zone), None)
    return found.refusal if found else None


def _odd_meeting(meeting: Meeting, plan: Plan, zone: str) -> OddMeeting | None:
    hours = meeting.starts, meeting.ends
    for hour in hours:
        if not is_hour(hour):
            return OddMeeting(PlanRefusal.NO_HOUR, meeting, hour)
    if meeting.starts == END_OF_DAY or meeting.ends <= meeting.starts:
        return OddMeeting(PlanRefusal.ENDS_FIRST, meeting)
    if not plan.first_on <= meeting.day_on <= plan.last_on:
        return OddMeeting(PlanRefusal.OUTSIDE, meeting)
    return _hour_that_is_not_one(meeting, hours, zone)


def _hour_that_is_not_one(meeting: Meeting, hours: Sequence[str], zone: str) -> OddMeeting | None:
    """Nobody knows when people would come at an hour that is left out or comes twice."""
    for hour in hours:
        odd = oddity(meeting.day_on, hour, zone)
        if odd is not None:
            is_skipped = odd is Oddity.SKIPPED
            refusal = PlanRefusal.SKIPPED_HOUR if is_skipped else PlanRefusal.DOUBLED_HOUR
            return OddMeeting(refusal, meeting, hour)
    return None


def past_refusal(before: Workshop, plan: Plan, zone: str, now: datetime) -> PlanRefusal | None:
    """Nothing is changed that has begun, and no meeting begins in the past; None: all is to come.

    Without hours, the days that have begun are those up to today.
    """
    was, is_now = (_begun(meetings, zone, now) for meetings in (before.meetings, plan.meetings))
    if was != is_now:
        return PlanRefusal.PAST
    of_days = [each.first_on for each in (before, plan) if not each.meetings]
    is_to_come = min(of_days, default=date.max) > local_day(now, zone)
    return None if is_to_come or plan.first_on == before.first_on else PlanRefusal.PAST


def _begun(meetings: Iterable[Meeting], zone: str, now: datetime) -> set[Meeting]:
    return {meeting for meeting in meetings if meeting.span(zone)[0] <= now}


def _needs_refusal(plan: Plan, community: Community) -> PlanRefusal | None:
    if plan.seats is not None and plan.seats < 1:
        return PlanRefusal.NO_SEATS
    if plan.seats is not None and plan.seats > MOST_SEATS:
        return PlanRefusal.MOST_SEATS
    profile = community.profile(plan.profile) if plan.profile is not None else None
    if profile is None and (plan.profile is not None or plan.size is not None):
        return PlanRefusal.NO_PROFILE
    if profile is not None and plan.size is not None and profile.size(plan.size) is None:
        return PlanRefusal.NO_SIZE
    if plan.language is not None and supported(plan.language) != plan.language:
        return PlanRefusal.NO_LANGUAGE
    return None if plan.material is None else _link_refusal(plan.material)


def _link_refusal(material: str) -> PlanRefusal | None:
    if len(material) > LONGEST_MATERIAL:
        return PlanRefusal.LONG_LINK
    if _NO_LINE.search(material) or _SPACE.search(material):
        return PlanRefusal.NO_LINK
    try:
        parts = urlsplit(material)
        is_link = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return PlanRefusal.NO_LINK
    # A name and password in a link would be everybody's.
    has_secret = parts.username is not None or parts.password is not None
    return None if is_link and not has_secret else PlanRefusal.NO_LINK


def _running_refusal(plan: Plan) -> PlanRefusal | None:
    if plan.warm_minutes is not None and not 0 <= plan.warm_minutes <= MOST_WARM_MINUTES:
        return PlanRefusal.WARMING
    if plan.clean_after_days is not None and not 1 <= plan.clean_after_days <= LONGEST_CLEANING:
        return PlanRefusal.CLEANING
    return _culling_refusal(plan) or _budget_refusal(plan)


def _culling_refusal(plan: Plan) -> PlanRefusal | None:
    for minutes, lasting, refusal in (
        (plan.idle_minutes, IDLE_MINUTES, PlanRefusal.IDLE),
        (plan.max_age_minutes, MAX_AGE_MINUTES, PlanRefusal.MAX_AGE),
        (plan.grace_minutes, GRACE_MINUTES, PlanRefusal.GRACE),
        (plan.ceiling_minutes, CEILING_MINUTES, PlanRefusal.CEILING),
    ):
        if minutes is not None and minutes not in lasting:
            return refusal
    return None


def _budget_refusal(plan: Plan) -> PlanRefusal | None:
    if plan.budget_micros is None:
        return None
    if plan.budget_micros < 1:
        return PlanRefusal.NO_BUDGET
    return PlanRefusal.TOO_DEAR if plan.budget_micros > LARGEST else None


class Excess(StrEnum):
    """In what a workshop goes beyond the bounds of champions; ``together``: with the seats of
    others at the same hours."""

    SEATS = "seats"
    TOGETHER = "together"
    DAYS = "days"
    BUDGET = "budget"


def days_of(plan: Plan) -> int:
    """On how many days it takes place."""
    if plan.meetings:
        return len({meeting.day_on for meeting in plan.meetings})
    return (plan.last_on - plan.first_on).days + 1


def beyond(plan: Plan, bounds: Bounds, beside: int = 0) -> tuple[Excess, ...]:
    """What of a plan needs the operator's word; nothing: no more than champions may. ``beside`` are
    the seats of others at the same hours: many small workshops are as large as a large one."""
    most_micros, seats = bounds.most_workshop_budget_micros, plan.seats or 0
    is_larger = {
        Excess.SEATS: seats > bounds.most_workshop_seats,
        Excess.TOGETHER: 0 < seats <= bounds.most_workshop_seats < seats + beside,
        Excess.DAYS: days_of(plan) > bounds.most_workshop_days,
        Excess.BUDGET: most_micros is not None and (plan.budget_micros or 0) > most_micros,
    }
    return tuple(excess for excess, is_one in is_larger.items() if is_one)


def is_no_larger(plan: Plan, granted: Plan) -> bool:
    """Whether the operator's word for one plan holds for another: it asks for no more of anything
    that there are bounds of."""
    return (
        (plan.seats or 0) <= (granted.seats or 0)
        and days_of(plan) <= days_of(granted)
        and (plan.budget_micros or 0) <= (granted.budget_micros or 0)
    )
