"""Exceptions in words, on pages and in mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.window import Window, midnight
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.exemptions import exemption_text, extra, extra_in, per_window
from catalyst_hub.i18n.mails import letter
from tests.usecases.world import POLICY

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LAST_ON = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "5 GPU-hours more each month, until the end of"),
        ("es", "5 GPU-hora más cada mes, hasta el final del"),
        ("pt", "mais 5 GPU-hora por mês, até o fim de"),
        ("fr", "5 GPU-heures de plus par mois, jusqu’à la fin du"),
    ],
)
def test_it_says_how_much_more_and_until_when(language: str, sentence: str) -> None:
    speak = translator(language)
    text = extra(Unit.GPU_HOURS, Window.MONTH, 5 * HOUR_MS, "USD", LAST_ON, speak)
    assert text.startswith(sentence)
    assert "2026" in text


@pytest.mark.parametrize("window", Window)
@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_every_window_has_words_of_its_own(language: str, window: Window) -> None:
    unit = Unit.SERVERS if window is Window.AT_ONCE else Unit.SERVER_HOURS
    limit = Limit(LimitScope.PERSON, unit, window, 3 * HOUR_MS, days=7)
    text = per_window(limit, "USD", translator(language), "Python")
    assert text.endswith(" · Python")
    assert "%" not in text
    if window is Window.ROLLING:
        assert "7" in text


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_one_for_a_profile_says_its_title(language: str) -> None:
    speak, community = translator(language), POLICY.by_slug["nairobi"]
    profile = community.profiles[0]
    made = Exemption(
        1, "nairobi", 1, Unit.CPU_HOURS, Window.DAY, HOUR_MS, "why", "amina", NOW,
        midnight(LAST_ON, community.zone), profile=profile.slug,
    )  # fmt: skip
    title = text_in(profile.title, language)
    assert exemption_text(made, community, speak).endswith(f" · {title}")
    plain = exemption_text(replace(made, profile=None), community, speak)
    assert not plain.endswith(title)
    facts = {
        "unit": "cpu_hours",
        "window": "day",
        "amount": HOUR_MS,
        "currency": "KES",
        "last_on": "2026-11-29",
        "profile": profile.slug,
    }
    assert extra_in(facts, speak, {profile.slug: title}) == f"{plain} · {title}"


def test_the_mail_says_who_gave_what() -> None:
    facts = {
        "community": "nairobi",
        "by": "amina",
        "unit": "gpu_hours",
        "window": "month",
        "amount": 5 * HOUR_MS,
        "currency": "KES",
        "last_on": "2026-11-30",
    }
    names = {"amina": "Amina"}
    made = Mail(
        1, "kofi", "Kofi", "en", "k@x.org", MailKind.EXCEPTION_MADE, facts, NOW, names=names
    )
    found = letter(made, POLICY, "")
    assert found is not None
    assert found.subject == "More for you in Nairobi"
    assert "Amina has made an exception in Nairobi: 5 GPU-hours more each month" in found.body
    kind = MailKind.EXCEPTION_REVOKED
    ended = letter(Mail(2, "kofi", "", "es", None, kind, facts, NOW, names=names), POLICY, "")
    assert ended is not None
    assert "Amina terminó una excepción" in ended.body
