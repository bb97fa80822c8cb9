from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial

import pytest

from catalyst_hub.core.collision import Collision, CollisionKind
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.forecast import Habits, SeatForecast, Spread, StartTime
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.node import NodeKind
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.programme import Event, What
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Resources, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.core.workshop_plan import Excess, OddMeeting, PlanRefusal
from catalyst_hub.i18n import Translator, translator
from catalyst_hub.i18n.workshop_plans import (
    collision_text,
    event_text,
    excess_text,
    habits_text,
    seats_text,
    start_text,
)
from catalyst_hub.i18n.workshops import refusal_text
from tests.usecases.world import NAIROBI

AT = datetime(2026, 11, 23, 6, tzinfo=UTC)
WORKSHOP = Workshop(1, "nairobi", "Plants", AT.date(), AT.date(), "amina", AT)


@pytest.mark.parametrize("refusal", PlanRefusal)
def test_every_refusal_has_a_sentence_in_four_languages(refusal: PlanRefusal) -> None:
    sentences = {refusal_text(refusal, translator(language)) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)
    assert not any("%(" in sentence for sentence in sentences)


def test_of_a_meeting_the_day_and_the_hours_are_told() -> None:
    odd = OddMeeting(PlanRefusal.SKIPPED_HOUR, Meeting(date(2026, 9, 6), "00:30", "09:00"), "00:30")
    text = refusal_text(odd.refusal, translator("es"), odd)
    assert text == (
        "6 sept 2026, 00:30–09:00: Ese día se adelantan los relojes y esta hora no existe. Elige"
        " otra, por favor."
    )


def a_limit(scope: LimitScope) -> Limit:
    return Limit(scope, Unit.CPU_HOURS, Window.DAY, 5 * 3_600_000)


SEATS = SeatForecast(30, 5, StartTime(90_000), NodeKind("standard", Resources(1, 1)), 4, 8)
SPREAD = Spread(50, 80, 100)
SENTENCES = [
    *(
        partial(collision_text, Collision(kind, 9, 5, WORKSHOP, node=SEATS.kind), NAIROBI)
        for kind in CollisionKind
        if kind is not CollisionKind.QUOTA
    ),
    *(
        partial(collision_text, Collision(CollisionKind.QUOTA, 9, limit=a_limit(scope)), NAIROBI)
        for scope in LimitScope
    ),
    *(partial(event_text, Event(AT, what, number=2)) for what in What),
    *(partial(excess_text, excess, NAIROBI) for excess in Excess),
    *(partial(habits_text, Habits(SPREAD, SPREAD, number)) for number in (0, 1, 2)),
    partial(seats_text, SEATS),
    partial(start_text, StartTime(90_000)),
    partial(start_text, StartTime(20_000, 40)),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_part_of_a_plan_has_a_sentence_in_four_languages(
    sentence: Callable[[Translator], str],
) -> None:
    sentences = {sentence(translator(language)) for language in LANGUAGES}
    assert len(sentences) == len(LANGUAGES)
    assert not any("%(" in one for one in sentences)


def test_numbers_stand_in_the_sentences() -> None:
    speak = translator("en")
    quota = Collision(CollisionKind.QUOTA, 7 * 3_600_000, limit=a_limit(LimitScope.PERSON))
    assert collision_text(quota, NAIROBI, speak) == (
        "Each person may use 5 CPU-hours each day, and would need 7 CPU-hours."
    )
    assert seats_text(SEATS, speak) == "30 seats on 8 nodes of the kind standard"
    assert start_text(StartTime(90_000), speak) == (
        "Assumed, as nobody has measured it: a start takes 90 seconds."
    )
