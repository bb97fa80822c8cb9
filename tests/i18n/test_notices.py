"""A notice says first when, then why, in every language; and afterwards why it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.culling import Use
from catalyst_hub.core.culling_rules import SaidBy
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.notifying import told
from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.core.resources import OVER_TIME
from catalyst_hub.core.window import Window
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.culling import LOST
from catalyst_hub.i18n.mails import letter
from catalyst_hub.i18n.notices import (
    Place,
    again_text,
    ground_text,
    notice_text,
    place_of,
    stopped_text,
)
from tests.usecases.world import POLICY

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ZONE = "Africa/Nairobi"
SAVANNA = Place("Savanna", {"r": "R for statistics"})
DECEMBER = "2026-11-30T21:00:00+00:00"
#: JupyterLab cuts off what is longer.
SHORT = 140


def every_notice() -> Iterator[Notice]:
    soon = NOW + timedelta(minutes=10)
    for reason in Reason:
        yield Notice("a", reason, NOW, soon)
    for by in SaidBy:
        facts = {"limit_s": 5400, "by": by.value, "name": "r", "is_reported": True}
        for ceiling in ("", *Use):
            yield Notice("a", Reason.IDLE, NOW, soon, {**facts, "ceiling": ceiling})
        yield Notice("a", Reason.OVER_AGE, NOW, soon, facts)
    for scope in LimitScope:
        for unit in OVER_TIME:
            for window in Window:
                facts = {"scope": scope.value, "unit": unit.value, "window": window.value}
                yield Notice("a", Reason.QUOTA, NOW, soon, facts)
                yield Notice("a", Reason.QUOTA, NOW, soon, {**facts, "profile": "r"})
                yield Notice("a", Reason.QUOTA, NOW, soon, {**facts, "again_at": None})
                yield Notice("a", Reason.BUDGET, NOW, soon, {**facts, "again_at": DECEMBER})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_time_comes_first_and_nothing_is_left_open(language: str) -> None:
    for notice in every_notice():
        said = notice_text(notice, ZONE, SAVANNA, NOW, translator(language)).sentence
        assert "12:10" in said[:SHORT]
        assert "%(" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_for_tomorrow_says_the_day(language: str) -> None:
    tomorrow = Notice("a", Reason.MAINTENANCE, NOW, NOW + timedelta(days=1))
    said = notice_text(tomorrow, ZONE, SAVANNA, NOW, translator(language)).sentence
    assert "22" in said[:SHORT]
    assert "12:00" in said[:SHORT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_afterwards_it_is_told_when_and_for_which_days(language: str) -> None:
    at = NOW + timedelta(minutes=10)
    for notice in every_notice():
        said = stopped_text(notice, at, ZONE, SAVANNA, translator(language))
        assert "12:10" in said
        assert "%(" not in said


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "limit of your workshop"), ("es", "límite de tu taller"), ("fr", "votre atelier")],
)
def test_afterwards_it_is_told_that_the_limit_was_the_workshops(language: str, said: str) -> None:
    facts = {"scope": "workshop", "unit": "server_hours", "window": "week"}
    notice = Notice("a", Reason.QUOTA, NOW, NOW, facts)
    text = stopped_text(notice, NOW, ZONE, SAVANNA, translator(language))
    assert said in text
    assert "Savanna" not in text


def test_the_month_is_the_one_in_which_it_was_told() -> None:
    facts = {"scope": "community", "unit": "money", "window": "month"}
    notice = Notice("a", Reason.BUDGET, NOW, NOW, facts)
    said = stopped_text(notice, NOW, ZONE, SAVANNA, translator("en"))
    assert said == (
        "Your server was stopped on Sat, Nov 21, 12:00 (Nairobi time). The budget of Savanna for"
        " November 2026 was spent. Your files are kept."
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Nobody had used it for 1 hour 30 minutes (R for statistics)."),
        ("es", "Nadie lo había usado durante 1 hora 30 minutos (R for statistics)."),
        ("pt", "Ninguém o tinha usado por 1 hora 30 minutos (R for statistics)."),
        ("fr", "Personne ne l’avait utilisé pendant 1 heure 30 minutes (R for statistics)."),
    ],
)
def test_afterwards_it_is_told_what_is_kept_and_what_is_lost(language: str, said: str) -> None:
    facts = {"limit_s": 5400, "by": "profile", "name": "r", "is_reported": True}
    speak, notice = translator(language), Notice("a", Reason.IDLE, NOW, NOW, facts)
    text = stopped_text(notice, NOW, ZONE, SAVANNA, speak)
    assert said in text.replace("\xa0", " ")
    assert speak.gettext("Your files are kept.") in text
    assert text.endswith(speak.gettext(LOST))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_and_the_reason_afterwards_say_when_it_starts_again(language: str) -> None:
    speak = translator(language)
    facts = {"scope": "person", "unit": "server_hours", "window": "month", "again_at": DECEMBER}
    notice = Notice("a", Reason.QUOTA, NOW, NOW, facts)
    again = again_text(notice.reason, facts, ZONE, SAVANNA, speak)
    assert speak.instant(datetime.fromisoformat(DECEMBER), ZONE) in again
    assert again in notice_text(notice, ZONE, SAVANNA, NOW, speak).more
    assert stopped_text(notice, NOW, ZONE, SAVANNA, speak).endswith(again)


@pytest.mark.parametrize(
    ("reason", "window", "again_at", "said"),
    [
        (Reason.QUOTA, "day", DECEMBER, "You can start again from Tue, Dec 1, 00:00"),
        (Reason.QUOTA, "total", None, "The champions of Savanna can help you to start again."),
        (Reason.BUDGET, "month", DECEMBER, "If you need it sooner, ask the champions of Savanna."),
        (Reason.BUDGET, "total", None, "as soon as credit is paid in: ask the champions"),
    ],
)  # fmt: skip
def test_who_can_help_is_told_where_waiting_does_not(
    reason: Reason, window: str, again_at: str | None, said: str
) -> None:
    facts = {"window": window, "again_at": again_at}
    assert said in again_text(reason, facts, ZONE, SAVANNA, translator("en"))


def test_where_no_limit_is_in_the_way_nothing_is_promised() -> None:
    for reason in (Reason.REMOVED, Reason.MAINTENANCE):
        assert again_text(reason, {"again_at": DECEMBER}, ZONE, SAVANNA, translator("en")) == ""
    of_before = {"scope": "person", "unit": "cpu_hours", "window": "day"}
    assert again_text(Reason.QUOTA, of_before, ZONE, SAVANNA, translator("en")) == ""


@pytest.mark.parametrize(
    ("language", "unit", "said"),
    [
        ("es", "server_hours", "(horas de servidor, R for statistics)"),
        ("pt", "money", "(dinheiro, R for statistics)"),
        ("fr", "gib_hours", "(Go-heures de mémoire, R for statistics)"),
        ("en", "cpu_hours", "(CPU-hours, R for statistics)"),
    ],
)
def test_units_and_profiles_are_called_inside_a_sentence_what_people_call_them(
    language: str, unit: str, said: str
) -> None:
    facts = {"scope": "person", "unit": unit, "window": "day", "profile": "r"}
    notice = Notice("a", Reason.QUOTA, NOW, NOW, facts)
    assert said in notice_text(notice, ZONE, SAVANNA, NOW, translator(language)).more
    assert said[1:-1] in stopped_text(notice, NOW, ZONE, SAVANNA, translator(language))


def test_a_place_knows_the_titles_of_its_profiles() -> None:
    place = place_of(POLICY, "nairobi", translator("en"))
    assert place.title == "Nairobi"
    assert place.profiles.keys() == {each.slug for each in POLICY.by_slug["nairobi"].profiles}
    assert place_of(POLICY, "gone", translator("en")) == Place("gone")


@pytest.mark.parametrize("reason", Reason)
def test_the_mail_gives_the_reason_of_the_notice(reason: Reason) -> None:
    facts = {"scope": "person", "unit": "cpu_hours", "window": "day", "again_at": DECEMBER}
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
        Reason.IDLE: "The hub has heard of no use of it, and servers are stopped after",
        Reason.OVER_AGE: "It has run for long enough: servers are stopped",
        Reason.WORKSHOP: "is over.",
        Reason.UNUSED: "and nobody has opened it.",
    }
    assert why[reason] in body
    assert ("You can start again from" in body) == (reason in {Reason.BUDGET, Reason.QUOTA})
    assert "12:10" in body


def test_mail_of_before_there_were_reasons_speaks_of_a_removal() -> None:
    facts = {"community": "nairobi", "zone": ZONE, "stop_at": NOW.isoformat()}
    mail = Mail(1, "kofi", "Kofi", "en", "k@people.org", MailKind.SERVER_NOTICE, facts, NOW)
    assert "any more" in letter(mail, POLICY, "").body  # type: ignore[union-attr]
    later = replace(mail, facts={**facts, "reason": "of-a-later-version"})
    assert "stopped on" in letter(later, POLICY, "").body  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
@pytest.mark.parametrize("facts", [{"workshop": 1, "title": "Plants"}, {}])
def test_a_server_of_a_workshop_says_so_in_every_language(language, facts):
    speak = translator(language)
    place = Place("Nairobi")
    for reason in (Reason.WORKSHOP, Reason.UNUSED) if facts else (Reason.UNUSED,):
        notice = Notice("s", reason, NOW, NOW, facts)
        before = ground_text(reason, facts, place, speak)
        after = stopped_text(notice, NOW, ZONE, place, speak)
        assert ("Plants" in before) is ("Plants" in after) is bool(facts)
        assert "None" not in before + after
        # What another reason would say.
        assert "Nairobi" not in before
