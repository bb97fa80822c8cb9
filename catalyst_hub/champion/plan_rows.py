"""The plan of a workshop as its page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_hub.champion.programme_rows import ProgrammeRow, programme_row
from catalyst_hub.champion.wording import short_day
from catalyst_hub.core.forecast import SeatForecast
from catalyst_hub.core.meeting import Meeting, by_day
from catalyst_hub.core.profile import Profile, Size, text_in
from catalyst_hub.core.workshop import Plan
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.workshop_plans import (
    collision_text,
    excess_text,
    habits_text,
    seats_text,
    start_text,
)
from catalyst_hub.usecases.plan_workshop import Forecast


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in the reader's language. ``costs`` are low, likely, high; empty: nobody can say."""

    title: str
    days: str
    times: tuple[str, ...]
    server: str
    people: str
    seats: str
    at_once: str
    start: str
    costs: tuple[str, ...]
    habits: str
    collisions: tuple[str, ...]
    excesses: tuple[str, ...]
    programme: ProgrammeRow


def plan_row(forecast: Forecast, speak: Translator) -> PlanRow:
    """All of it."""
    plan, community = forecast.plan, forecast.community
    seats, cost = forecast.seats, forecast.cost
    spread = (cost.micros.low, cost.micros.likely, cost.micros.high) if cost else ()
    return PlanRow(
        title=plan.title,
        days=days_text(plan, speak),
        times=times_text(plan.meetings, speak),
        server=server_text(forecast.profile, forecast.size, speak),
        people=speak.number(plan.seats, 0) if plan.seats else "",
        seats=seats_text(seats, speak) if seats else "",
        at_once=_at_once(seats, speak) if seats else "",
        start=start_text(seats.start, speak) if seats else "",
        costs=tuple(speak.money(micros, community.currency) for micros in spread),
        habits=habits_text(cost.habits, speak) if cost else "",
        collisions=tuple(collision_text(each, community, speak) for each in forecast.collisions),
        excesses=tuple(excess_text(each, community, speak) for each in forecast.beyond),
        programme=programme_row(forecast.programme, community.zone, speak),
    )


def days_text(plan: Plan, speak: Translator) -> str:
    """From the first day to the last."""
    first, last = speak.day(plan.first_on), speak.day(plan.last_on)
    return first if first == last else f"{first} – {last}"


def times_text(meetings: Sequence[Meeting], speak: Translator) -> tuple[str, ...]:
    """``Tue, Dec 1 · 09:00–12:00, 13:00–17:00``, a line for each day."""
    return tuple(
        f"{short_day(day[0].day_on, speak)} · "
        + ", ".join(f"{meeting.starts}–{meeting.ends}" for meeting in day)
        for day in by_day(meetings)
    )


def server_text(profile: Profile | None, size: Size | None, speak: Translator) -> str:
    """``Python · Small``."""
    named = (text_in(each.title, speak.language) for each in (profile, size) if each)
    return " · ".join(named)


def _at_once(seats: SeatForecast, speak: Translator) -> str:
    return speak.ngettext(
        "If nothing is started ahead, %(n)s server starts at the same time.",
        "If nothing is started ahead, %(n)s servers start at the same time.",
        seats.at_once,
        n=seats.at_once,
    )
