from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.phrase import (
    NOBODYS,
    WORKSHOP_ACCOUNTS,
    Giver,
    Holder,
    ResettingRefusal,
    digest,
    is_right,
    number_of,
    phrase_of,
    plain,
    resetting_refusal,
)
from catalyst_hub.i18n.word_lists import word_list
from tests.usecases.world import NOON

SALT = bytes(16)
LANGUAGES = ("en", "es", "pt", "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_2_to_44_phrases_that_differ_when_case_and_accents_do_not_count(
    language: str,
) -> None:
    words = word_list(language)
    assert len({plain(word) for word in words}) == 2**11
    assert all(plain(word).isascii() and plain(word).isalpha() for word in words)


@given(st.integers(0, 2**256 - 1), st.sampled_from(LANGUAGES))
def test_every_phrase_is_four_words_of_its_list(number: int, language: str) -> None:
    words = word_list(language)
    phrase = phrase_of(number, words)
    assert len(phrase.split()) == 4
    assert set(phrase.split()) <= set(words)


def test_all_places_of_the_number_count() -> None:
    words = word_list("en")
    assert len({phrase_of(2048**place, words) for place in range(4)}) == 4


def test_without_the_secret_nobody_works_out_a_phrase() -> None:
    numbers = {
        number_of(b"a", "form", "kofi"),
        number_of(b"b", "form", "kofi"),
        number_of(b"a", "form", "lucia"),
        number_of(b"a", "formkofi"),
    }
    assert len(numbers) == 4
    assert number_of(b"a", "form", "kofi") in numbers


@pytest.mark.parametrize(
    "typed",
    ["Ábaco  ñandú-lápiz ócho", "ABACO NANDU LAPIZ OCHO", " abaco, nandu.\tlapiz - ocho\n"],
)
def test_case_accents_hyphens_and_gaps_do_not_count(typed: str) -> None:
    kept = digest("ábaco ñandú lápiz ocho", SALT)
    assert is_right(typed, kept)


@pytest.mark.parametrize("typed", ["", "abaco", "ocho lapiz nandu abaco", "abaco nandu lapizocho"])
def test_anything_else_is_wrong(typed: str) -> None:
    assert not is_right(typed, digest("ábaco ñandú lápiz ocho", SALT))


def test_of_nobody_every_phrase_is_wrong() -> None:
    assert not any(
        is_right(typed, NOBODYS) for typed in ("", "abaco", "abandon about above absent")
    )


def test_the_same_phrase_of_two_people_is_kept_differently() -> None:
    assert digest("a b c d", SALT) != digest("a b c d", b"1" * 16)
    assert "abaco" not in digest("abaco abaco abaco abaco", SALT)


# --- who may be given a new one ---

CAME = (Grant(Source.INVITATION, Role.MEMBER, NOON, {"invitation": 1}),)


def holder(**changed: object) -> Holder:
    facts: dict[str, object] = {
        "kinds": {WORKSHOP_ACCOUNTS},
        "memberships": {"nairobi": Role.MEMBER},
        "grants": CAME,
        "has_phrase": True,
        "is_taught": True,
    }
    return Holder(**facts | changed)  # type: ignore[arg-type]


BY_HAND = (Grant(Source.MANUAL, Role.MEMBER, NOON, {"by": "amina"}),)
FOR_NOBODY = [
    (holder(memberships={}), ResettingRefusal.NOT_IN),
    (holder(memberships={"cordoba": Role.MEMBER}), ResettingRefusal.NOT_IN),
    (holder(has_phrase=False), ResettingRefusal.NO_PHRASE),
    (holder(memberships={"nairobi": Role.CHAMPION}), ResettingRefusal.POWERFUL),
    (holder(is_powerful=True), ResettingRefusal.POWERFUL),
    (holder(kinds={WORKSHOP_ACCOUNTS, "github"}), ResettingRefusal.OTHER_WAYS),
    (holder(kinds={"github"}), ResettingRefusal.OTHER_WAYS),
    (holder(kinds={""}), ResettingRefusal.OTHER_WAYS),
    (holder(kinds=set()), ResettingRefusal.OTHER_WAYS),
]
FOR_OPERATORS = [
    (holder(grants=BY_HAND), ResettingRefusal.NEVER_AGREED),
    (holder(grants=()), ResettingRefusal.NEVER_AGREED),
    (
        holder(memberships={"nairobi": Role.MEMBER, "cordoba": Role.MEMBER}),
        ResettingRefusal.OTHER_COMMUNITY,
    ),
]


@pytest.mark.parametrize("giver", Giver)
def test_a_learner_who_came_by_herself_and_has_no_other_way_is_helped(giver: Giver) -> None:
    assert resetting_refusal(holder(), "nairobi", giver) is None


@pytest.mark.parametrize("giver", Giver)
@pytest.mark.parametrize(("who", "why"), FOR_NOBODY)
def test_nobody_is_helped_who_has_power_or_other_ways(
    who: Holder, why: ResettingRefusal, giver: Giver
) -> None:
    assert resetting_refusal(who, "nairobi", giver) is why


@pytest.mark.parametrize(("who", "why"), FOR_OPERATORS)
def test_what_another_community_trusts_somebody_with_is_for_operators(
    who: Holder, why: ResettingRefusal
) -> None:
    assert resetting_refusal(who, "nairobi", Giver.CHAMPION) is why
    assert resetting_refusal(who, "nairobi", Giver.INSTRUCTOR) is why
    assert resetting_refusal(who, "nairobi", Giver.OPERATOR) is None


def test_instructors_help_their_own_learners() -> None:
    stranger = holder(is_taught=False)
    assert resetting_refusal(stranger, "nairobi", Giver.INSTRUCTOR) is ResettingRefusal.NOT_TAUGHT
    assert resetting_refusal(stranger, "nairobi", Giver.CHAMPION) is None
