"""What people are told when a budget reaches a step."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from catalyst_hub.core.budget import Step
from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.policy import LANGUAGES, Policy
from catalyst_hub.i18n.mails import Letter, letter
from tests.usecases.world import POLICY

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
FACTS = {
    "community": "nairobi",
    "taken": 480_000_000,
    "credit": 600_000_000,
    "currency": "KES",
    "resets_at": "2026-11-30T21:00:00+00:00",
    "zone": "Africa/Nairobi",
}


def written(language: str, policy: Policy = POLICY, **facts: object) -> Letter:
    mail = Mail(
        1, "amina", "Amina", language, "amina@example.org", MailKind.BUDGET_STEP,
        FACTS | facts, NOW,
    )  # fmt: skip
    found = letter(mail, policy, "https://hub.example/")
    assert found is not None
    return found


def test_a_mail_says_how_much_is_used_what_follows_and_until_when() -> None:
    told = written("en", step="hide-sizes")
    assert told.subject == "Nairobi has used 80% of its budget"
    body = told.body.replace("\xa0", " ")
    assert "Ksh480.00 of the Ksh600.00 that Nairobi can spend is used up" in body
    assert "Sizes that cost more are put aside" in body
    assert "The budget starts anew on Tue, 1 Dec, 00:00 (Nairobi time)." in body


def test_credit_does_not_start_anew() -> None:
    assert "starts anew" not in written("en", step="drain", resets_at=None).body


def test_a_mail_says_how_long_the_money_lasts_at_this_pace() -> None:
    far, soon = "2026-11-26T09:00:00+00:00", "2026-11-22T15:30:00+00:00"
    pace = {"step": "tell", "gone_percent": 40, "by_running": False}
    body = written("en", **pace, empty_at=far).body
    assert "40% of the budget's time is over. At this pace the budget is empty on " in body
    assert "26 Nov 2026." in body
    assert "Sun, 22 Nov, 18:30 (Nairobi time)." in written("en", **pace, empty_at=soon).body
    assert "At this pace the budget lasts." in written("en", **pace, empty_at=None).body


def test_of_credit_just_paid_in_a_mail_goes_by_what_runs_or_says_nothing() -> None:
    pace = {"step": "tell", "gone_percent": None, "by_running": True}
    told = written("en", **pace, empty_at="2026-12-24T09:00:00+00:00").body
    assert "If the servers that run now go on, the budget is empty on 24 Dec 2026." in told
    assert "go on" not in written("en", **pace, empty_at=None).body
    assert "pace" not in written("en", step="tell").body


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_has_words_of_its_own_in_every_language(language: str) -> None:
    letters = {written(language, step=step.value).body for step in Step}
    assert len(letters) == len(Step)
    assert not any("%(" in body for body in letters)
    assert language == "en" or written("en", step="tell").body not in letters


def test_a_step_of_a_later_version_is_no_error() -> None:
    assert "80%" in written("en", step="confiscate").subject
