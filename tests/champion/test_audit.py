"""What the page "Who did what" has words for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.bootstrap import utc_now
from catalyst_hub.champion.audit import OF_OTHERS, SENTENCES, sentence
from catalyst_hub.core.audit import CULLER, Action
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.unit_of_work import AuditLine
from catalyst_hub.i18n.translator import translator

#: What the page leaves out, and why.
LEFT_OUT = {
    **dict.fromkeys(
        (
            Action.PERSON_ADDED,
            Action.PERSON_ADOPTED,
            Action.PERSON_ERASED,
            Action.IDENTITY_LINKED,
            Action.IDENTITY_UNLINKED,
            Action.PHRASE_CHANGED,
            Action.MEMBERSHIPS_CHANGED,
            Action.POLICY_ACCEPTED,
        ),
        "of no community",
    ),
    **dict.fromkeys(
        (
            Action.SESSION_RUNNING,
            Action.SESSION_REOPENED,
            Action.SESSION_ADOPTED,
            Action.SESSION_RELEASED,
            Action.SESSION_ENDED,
        ),
        "what becomes of a server by itself; use and costs tell it",
    ),
    **dict.fromkeys(
        (Action.REQUEST_MADE, Action.REQUEST_WITHDRAWN),
        "champions must not hear from people whom they have taken out",
    ),
    Action.NOTICE_CHANGED: "that somebody was told of a stop is told already",
    Action.TERMS_ACCEPTED: "counted under People",
    **dict.fromkeys(
        (Action.PLACE_TAKEN, Action.PLACE_CALLED, Action.PLACE_OVER),
        "waiting goes on by itself; the first page shows the line",
    ),
    **dict.fromkeys(
        (Action.MAINTENANCE_ANNOUNCED, Action.MAINTENANCE_ENDED), "everybody reads it on all pages"
    ),
    **dict.fromkeys(
        (Action.WORKSHOP_OPENED, Action.WORKSHOP_WARMING, Action.WORKSHOP_CLOSED),
        "a workshop goes on by itself; its page tells what happens when",
    ),
    **dict.fromkeys(
        (Action.FAREWELL_KEPT, Action.FILES_REMOVED), "told by what becomes of the account"
    ),
    Action.ORPHAN_ENDED: "for operators: `catalyst-hub orphans` and the metrics",
    **dict.fromkeys((Action.SUMS_REPAIRED, Action.DETAILS_FORGOTTEN), "changes nothing they see"),
}
WORDS = {"invitation": 7, "by": "telma", "seats": 30, "title": "Plants", "note": "Monday"}
STEP = {"step": "tell", "taken": 1, "credit": 2, "currency": "KES"}
LINE = AuditLine(utc_now(), "amina", Action.MEMBER_ADDED, "kofi", WORDS)
NAMES = {"amina": "Amina", "kofi": "Kofi", "telma": "Telma"}


def test_every_change_is_told_or_left_out_for_a_reason() -> None:
    told = [*SENTENCES, *OF_OTHERS]
    assert sorted([*told, *LEFT_OUT]) == sorted(Action)


@pytest.mark.parametrize("action", [*SENTENCES, *OF_OTHERS])
def test_every_change_is_told_in_each_language(action: str) -> None:
    line = replace(LINE, action=action, facts=WORDS | STEP)
    told = [sentence(line, NAMES, translator(language)) for language in ("en", "es", "pt", "fr")]
    assert len(set(told)) == 4
    for text in told:
        assert "%(" not in text
        assert any(word in text for word in (*NAMES.values(), "Plants", "50"))


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_an_exception_is_told_with_its_amount_its_limit_and_its_last_day(language: str) -> None:
    facts = {
        "exception": 3,
        "unit": "gpu_hours",
        "window": "month",
        "profile": "ml",
        "amount": 18_000_000,
        "currency": "KES",
        "last_on": "2026-11-30",
    }
    line = replace(LINE, action=Action.EXCEPTION_MADE, facts=facts)
    told = sentence(line, NAMES, translator(language), {"ml": "Deep learning"})
    names = {"amina": "Amina", "kofi": "Kofi"}
    for word in (*names.values(), "5 GPU", "30", "2026", "Deep learning"):
        assert word in told


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr"])
def test_that_a_stop_was_told_or_asked_for_says_why(language: str) -> None:
    speak = translator(language)
    for action in (Action.NOTICE_GIVEN, Action.SERVER_STOP_ASKED):
        line = replace(LINE, action=action, facts={})
        plain = sentence(line, NAMES, speak)
        told = {
            sentence(replace(line, facts={"reason": reason.value}), NAMES, speak)
            for reason in Reason
        }
        assert len(told) == len(Reason)
        assert all(each.startswith(f"{plain} ") for each in told)
    idle = replace(LINE, action=Action.NOTICE_GIVEN, actor=CULLER, facts={"reason": "idle"})
    assert sentence(idle, NAMES, translator("en")) == (
        "The hub told Kofi that a server will be stopped. Reason: nobody uses it."
    )


def test_who_takes_back_is_not_told_to_have_paid_in() -> None:
    line = replace(LINE, action=Action.BUDGET_TOPPED_UP, facts={"micros": -5, "currency": "KES"})
    assert "took back" in sentence(line, NAMES, translator("en"))
    paid = replace(line, facts={"micros": 5, "currency": "KES"})
    assert "topped up" in sentence(paid, NAMES, translator("en"))
