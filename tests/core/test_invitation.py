from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.invitation import (
    ALPHABET,
    CODES,
    LENGTH,
    Caller,
    Invitation,
    Refusal,
    Terms,
    as_code,
    code_of,
    digest,
    redeem,
    shown,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
INVITATION = Invitation(
    1, "nairobi", Role.MEMBER, 2, 0, "", "amina", NOW, NOW + timedelta(days=7)
)  # fmt: skip
NEWCOMER = Caller()


@given(st.integers(0, CODES - 1))
def test_a_code_is_read_back_however_it_is_typed(number: int) -> None:
    code = code_of(number)
    assert as_code(shown(code)) == as_code(f" {code.lower()} ") == code


def test_different_numbers_are_different_codes() -> None:
    step = CODES // 1000
    assert len({code_of(number) for number in range(0, CODES, step)}) == len(range(0, CODES, step))


def test_no_letter_of_a_code_is_mistaken_for_another_when_read_aloud() -> None:
    assert not set("01OIL") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_guessing_ten_times_an_hour_for_a_year_finds_one_of_a_thousand_codes_never() -> None:
    guesses = 10 * 24 * 365
    assert 1000 * guesses / CODES < 0.001


@pytest.mark.parametrize("typed", ["", "K7MP", "K7MP-4QR0", "K7MP-4QRXX", "ñ" * LENGTH, "x" * 9999])
def test_what_cannot_be_a_code_is_told_apart_without_effort(typed: str) -> None:
    assert as_code(typed) is None


def test_a_digest_says_nothing_of_the_code_and_differs_between_hubs() -> None:
    assert digest("one", "K7MP4QRX") == digest("one", "K7MP4QRX")
    assert digest("one", "K7MP4QRX") != digest("two", "K7MP4QRX")
    assert len(digest("one", "K7MP4QRX")) == 64


def test_a_newcomer_takes_a_seat() -> None:
    assert redeem(INVITATION, NEWCOMER, NOW) is True


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"used": 2}, Refusal.FULL),
        ({"expires_at": NOW}, Refusal.EXPIRED),
        ({"revoked_at": NOW}, Refusal.REVOKED),
    ],
)
def test_an_invitation_ends(change: dict[str, object], expected: Refusal) -> None:
    assert redeem(replace(INVITATION, **change), NEWCOMER, NOW) is expected


def test_a_second_click_costs_no_seat_and_works_when_the_first_took_the_last() -> None:
    again = Caller(has_redeemed=True, role=Role.MEMBER)
    assert redeem(replace(INVITATION, used=2), again, NOW) is False


def test_who_is_in_already_takes_no_seat() -> None:
    assert redeem(INVITATION, Caller(role=Role.MEMBER), NOW) is False
    assert redeem(INVITATION, Caller(role=Role.CHAMPION), NOW) is False


def test_a_member_with_a_champions_invitation_becomes_champion() -> None:
    of_champion = replace(INVITATION, role=Role.CHAMPION)
    assert redeem(of_champion, Caller(role=Role.MEMBER), NOW) is True


def test_who_was_removed_stays_out_even_with_a_code_she_came_with_before() -> None:
    removed = Caller(is_removed=True, has_redeemed=True)
    assert redeem(INVITATION, removed, NOW) is Refusal.REMOVED


@pytest.mark.parametrize(
    "terms",
    [
        {"seats": 0},
        {"days": 0},
        {"note": "x" * 81},
        {"is_for_instructors": True},
        {"workshop_id": 1, "role": Role.CHAMPION},
    ],
)
def test_terms_that_make_no_sense_cannot_be_made(terms: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"no invitation|characters|workshop"):
        Terms(**{"seats": 1, "days": 1} | terms)


def test_champions_may_give_as_much_as_the_operator_lets_them() -> None:
    bounds = Bounds(most_invitation_seats=20, most_invitation_days=7)
    assert Terms(20, 7).is_within(bounds)
    assert not Terms(21, 7).is_within(bounds)
    assert not Terms(20, 8).is_within(bounds)


def test_an_invitation_of_a_workshop_ends_with_it_at_the_latest() -> None:
    soon = NOW + timedelta(days=2)
    assert Terms(1, 7, ends_at=soon).expires_at(NOW) == soon
    assert Terms(1, 1, ends_at=soon).expires_at(NOW) == NOW + timedelta(days=1)


def test_an_instructors_invitation_gives_a_seat_to_members_and_champions_once() -> None:
    of_instructors = replace(INVITATION, workshop_id=1, is_for_instructors=True)
    for role in (None, *Role):
        assert redeem(of_instructors, Caller(role=role), NOW) is True
    assert redeem(of_instructors, Caller(role=Role.MEMBER, is_instructor=True), NOW) is False
    # Whoever was dismissed since does not come back with the old code.
    assert redeem(of_instructors, Caller(has_redeemed=True, role=Role.MEMBER), NOW) is False
