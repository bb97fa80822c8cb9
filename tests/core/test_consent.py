"""What may be asked of the owner of a server, how long it waits, how long a yes holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.consent import (
    CONSENT_HOLDS,
    MOST_QUESTIONS,
    QUESTION_HOLDS,
    Answer,
    AskingRefusal,
    Consent,
    Kind,
    Question,
    Standing,
    asking_refusal,
    is_usable,
    to_start,
)
from catalyst_hub.core.session import ServerKey

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUESTION = Question("nairobi", "kofi", "amina", Kind.OPEN)
ASKED = Consent(1, "nairobi", 7, "amina", Kind.OPEN, "", "", NOW, NOW + QUESTION_HOLDS)
ALLOWED = replace(ASKED, answer=Answer.ALLOWED, answered_at=NOW, ends_at=NOW + CONSENT_HOLDS)


def refusal(question=QUESTION, owner_in=("nairobi",), before=(), now=NOW, is_operator=False):
    return asking_refusal(question, owner_in, before, now, is_operator=is_operator)


def test_a_member_may_be_asked():
    assert refusal() is None


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"owner_in": ("cordoba",)}, AskingRefusal.NOT_IN),
        ({"is_operator": True}, AskingRefusal.OPERATOR),
        ({"question": replace(QUESTION, asked_by="kofi")}, AskingRefusal.SELF),
        ({"before": [ASKED]}, AskingRefusal.ASKED_ALREADY),
        ({"before": [ALLOWED]}, AskingRefusal.ASKED_ALREADY),
    ],
)
def test_others_may_not(facts, why):
    assert refusal(**facts) is why


def test_another_thing_may_be_asked_meanwhile():
    for other in (replace(ASKED, kind=Kind.START), replace(ASKED, server_name="extra")):
        assert refusal(before=[other]) is None


def test_nobody_is_asked_on_and_on():
    refused = replace(ASKED, answer=Answer.REFUSED, ends_at=NOW)
    often = [refused] * MOST_QUESTIONS
    assert refusal(before=often[1:]) is None
    assert refusal(before=often) is AskingRefusal.TOO_OFTEN
    assert refusal(before=often, now=NOW + QUESTION_HOLDS) is None


def test_a_question_and_a_yes_end_by_themselves():
    assert ASKED.is_open(NOW + timedelta(hours=23, minutes=59))
    assert not ASKED.is_open(NOW + timedelta(hours=24))
    assert ALLOWED.holds(NOW + timedelta(minutes=59))
    assert not ALLOWED.holds(NOW + timedelta(minutes=60))


@pytest.mark.parametrize("answer", [None, Answer.REFUSED, Answer.WITHDRAWN])
def test_only_a_yes_holds(answer):
    assert not replace(ALLOWED, answer=answer).holds(NOW)


def usable(consent=ALLOWED, owner_in=("nairobi",), asker=("nairobi",), is_operator=False):
    return is_usable(consent, owner_in, asker, NOW, is_operator=is_operator)


def test_a_yes_dies_with_the_place_of_either():
    assert usable()
    assert not usable(owner_in=())
    assert not usable(asker=("cordoba",))
    assert not usable(is_operator=True)
    assert not usable(consent=ASKED)


TO_START = Standing(replace(ALLOWED, kind=Kind.START), "kofi")


@pytest.mark.parametrize(
    ("key", "actor", "standing"),
    [
        (ServerKey("kofi", "extra"), "amina", TO_START),
        (ServerKey("lucia"), "amina", TO_START),
        (ServerKey("kofi"), "joao", TO_START),
        (ServerKey("kofi"), "amina", Standing(ALLOWED, "kofi")),
    ],
)
def test_a_yes_to_start_is_for_one_server_and_one_person(key, actor, standing):
    assert to_start(ServerKey("kofi"), "amina", [TO_START]) is TO_START.consent
    assert to_start(key, actor, [standing]) is None
