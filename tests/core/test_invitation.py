from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    "terms", [{"seats": 0}, {"seats": 501}, {"days": 0}, {"days": 91}, {"note": "x" * 81}]
)
def test_terms_out_of_bounds_cannot_be_made(terms: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"bounds|characters"):
        Terms(**{"seats": 1, "days": 1} | terms)
