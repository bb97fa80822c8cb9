"""A notice says first when, then why, in every language; and afterwards why it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.notifying import told
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.resources import OVER_TIME
from catalyst_hub.core.window import Window
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.mails import letter
from catalyst_hub.i18n.notices import notice_text, stopped_text
from tests.usecases.world import POLICY

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ZONE = "Africa/Nairobi"
#: JupyterLab cuts off what is longer.
SHORT = 140


def every_notice() -> Iterator[Notice]:
    soon = NOW + timedelta(minutes=10)
    for reason in Reason:
        yield Notice("a", reason, NOW, soon)
    for scope in LimitScope:
        for unit in OVER_TIME:
            for window in Window:
                facts = {"scope": scope.value, "unit": unit.value, "window": window.value}
                yield Notice("a", Reason.QUOTA, NOW, soon, facts)
                yield Notice("a", Reason.QUOTA, NOW, soon, {**facts, "profile": "r"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_time_comes_first_and_nothing_is_left_open(language: str) -> None:
    for notice in every_notice():
        said = notice_text(notice, ZONE, "Savanna Genomics", NOW, translator(language)).sentence
        assert "12:10" in said[:SHORT]
        assert "%(" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_for_tomorrow_says_the_day(language: str) -> None:
    tomorrow = Notice("a", Reason.MAINTENANCE, NOW, NOW + timedelta(days=1))
    said = notice_text(tomorrow, ZONE, "Savanna", NOW, translator(language)).sentence
    assert "22" in said[:SHORT]
    assert "12:00" in said[:SHORT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_afterwards_it_is_told_when_and_for_which_days(language: str) -> None:
    at = NOW + timedelta(minutes=10)
    for notice in every_notice():
        said = stopped_text(notice, at, ZONE, "Savanna", translator(language))
        assert "12:10" in said
        assert "%(" not in said


def test_the_month_is_the_one_in_which_it_was_told() -> None:
    facts = {"scope": "community", "unit": "money", "window": "month"}
    notice = Notice("a", Reason.BUDGET, NOW, NOW, facts)
    said = stopped_text(notice, NOW, ZONE, "Savanna", translator("en"))
    assert said == (
        "Your server was stopped on Sat, Nov 21, 12:00 (Nairobi time). The budget of Savanna for"
        " November 2026 was spent. Your files are kept."
    )


@pytest.mark.parametrize("reason", Reason)
def test_the_mail_gives_the_reason_of_the_notice(reason: Reason) -> None:
    facts = {"scope": "person", "unit": "cpu_hours", "window": "day"}
    notice = Notice("a", reason, NOW, NOW + timedelta(minutes=10), facts)
    mail = Mail(
        1, "kofi", "Kofi", "en", "kofi@people.org", MailKind.SERVER_NOTICE,
        {"community": "nairobi", "zone": ZONE, **told(notice)}, NOW,
    )  # fmt: skip
    body = letter(mail, POLICY, "").body  # type: ignore[union-attr]
    why = {
        Reason.REMOVED: "You cannot run servers in Nairobi any more.",
        Reason.MAINTENANCE: "The people who run this hub are going to work on it.",
        Reason.BUDGET: "The budget of Nairobi for today is spent.",
        Reason.QUOTA: "You have used up what you may use today (CPU-hours).",
    }
    assert why[reason] in body
    assert "12:10" in body


def test_mail_of_before_there_were_reasons_speaks_of_a_removal() -> None:
    facts = {"community": "nairobi", "zone": ZONE, "stop_at": NOW.isoformat()}
    mail = Mail(1, "kofi", "Kofi", "en", "k@people.org", MailKind.SERVER_NOTICE, facts, NOW)
    assert "any more" in letter(mail, POLICY, "").body  # type: ignore[union-attr]
    later = replace(mail, facts={**facts, "reason": "of-a-later-version"})
    assert "stopped on" in letter(later, POLICY, "").body  # type: ignore[union-attr]
