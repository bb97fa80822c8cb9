from __future__ import annotations

from datetime import date

import pytest

from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.workshop_plan import OddMeeting, PlanRefusal
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.workshops import refusal_text


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
