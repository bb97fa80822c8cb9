"""What people read who came for a workshop alone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.i18n.mails import letter
from tests.usecases.world import POLICY

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def written(language: str, **facts: object) -> str:
    told = {"community": "nairobi", "workshop": "Plants", "goes_at": "2026-12-01T00:00:00+00:00"}
    mail = Mail(
        1, "ann", "Ann", language, "ann@example.org", MailKind.FAREWELL, told | facts, NOW
    )  # fmt: skip
    found = letter(mail, POLICY, "https://hub.example/")
    assert found is not None
    return found.body


@pytest.mark.parametrize(
    "facts", [{}, {"is_called_off": False}, {"became": "over"}, {"became": "x"}]
)
def test_a_workshop_that_took_place_is_over(facts: dict[str, object]) -> None:
    """Mail that was queued by an older version does not say."""
    assert "“Plants”, and that is over." in written("en", **facts)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "“Plants”, and that was called off."),
        ("es", "«Plants», que se canceló."),
        ("pt", "“Plants”, que foi cancelada."),
        ("fr", "«\xa0Plants\xa0», qui a été annulé."),
    ],
)
def test_one_that_was_called_off_is_not(language: str, words: str) -> None:
    assert words in written(language, became="cancelled")
    assert words in written(language, is_called_off=True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "“Plants”, and the people who run this hub have not granted it."),
        ("es", "«Plants», que las personas que administran este hub no autorizaron."),
        ("pt", "“Plants”, que não foi autorizada por quem administra este hub."),
        ("fr", "«\xa0Plants\xa0», que les personnes qui gèrent ce hub n’ont pas accordé."),
    ],
)
def test_one_that_was_declined_is_not_either(language: str, words: str) -> None:
    assert words in written(language, became="declined")
