"""What a workshop needs and does, as its own page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_hub.champion.plan_rows import server_text, times_text
from catalyst_hub.champion.programme_rows import ProgrammeRow, programme_row
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.during import needed
from catalyst_hub.core.programme import programme
from catalyst_hub.core.workshop import Answer, Request, Workshop, hours_of, takes_place
from catalyst_hub.i18n import LANGUAGE_NAMES, Translator
from catalyst_hub.i18n.culling import duration_text


@dataclass(frozen=True, slots=True)
class RequestRow:
    """What was asked of whoever runs the hub: why, and what they said, if they have said it."""

    reason: str
    is_granted: bool
    is_declined: bool
    reply: str


@dataclass(frozen=True, slots=True)
class DetailsRow:
    """A workshop in the reader's language; what is not said is empty. ``material`` is a link,
    and ``stops`` are what it says of when its servers stop, each after a heading; without a
    ``programme`` there is nothing to come."""

    times: tuple[str, ...]
    people: str
    server: str
    language: str
    material: str
    budget: str
    stops: list[tuple[str, str]]
    request: RequestRow | None
    programme: ProgrammeRow | None


def details_row(
    workshop: Workshop, community: Community, now: datetime, speak: Translator, *, has_money: bool
) -> DetailsRow:
    """All of it; its budget only for those who may see money."""
    is_to_come = takes_place(workshop) and hours_of(workshop, community.zone)[1] > now
    events = programme(workshop, community.zone) if is_to_come else ()
    profile, size = needed(community, workshop) or (None, None)
    micros = workshop.budget_micros if has_money else None
    return DetailsRow(
        times=times_text(workshop.meetings, speak),
        people=speak.number(workshop.seats, 0) if workshop.seats else "",
        server=server_text(profile, size, speak),
        language=LANGUAGE_NAMES.get(workshop.language or "", ""),
        material=workshop.material or "",
        budget=speak.money(micros, workshop.currency or community.currency) if micros else "",
        stops=list(_stops(workshop, speak)),
        request=_request_row(workshop.request) if workshop.request else None,
        programme=programme_row(events, community.zone, speak) if events else None,
    )


def _stops(workshop: Workshop, speak: Translator) -> Iterator[tuple[str, str]]:
    for heading, template, minutes in (
        (N_("Idle servers"), N_("stop after %(time)s"), workshop.idle_minutes),
        (N_("All servers"), N_("stop %(time)s after their start"), workshop.max_age_minutes),
        (
            N_("A computation or open page"),
            N_("counts as use for %(time)s after somebody last touched the server"),
            workshop.ceiling_minutes,
        ),
        (
            N_("A new server"),
            N_("is left alone for %(time)s")
            if workshop.grace_minutes
            else N_("stops like the others"),
            workshop.grace_minutes,
        ),
    ):
        if minutes is not None:
            time = duration_text(timedelta(minutes=minutes), speak)
            yield speak.gettext(heading), speak.gettext(template, time=time)


def _request_row(request: Request) -> RequestRow:
    return RequestRow(
        request.reason,
        request.answer is Answer.GRANTED,
        request.answer is Answer.DECLINED,
        request.reply or "",
    )
