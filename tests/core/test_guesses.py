from __future__ import annotations

from datetime import UTC, datetime, timedelta

from catalyst_hub.core.guesses import (
    ALWAYS,
    OF_A_PERSON,
    OF_AN_ADDRESS,
    WINDOW,
    Guesses,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def of_people() -> Guesses:
    return Guesses(OF_A_PERSON, OF_AN_ADDRESS)


def answered(guesses: Guesses, tries: list[tuple[str, str]], now: datetime = NOW) -> int:
    return sum(guesses.begin((person, address), now) is None for person, address in tries)


def test_one_person_is_answered_ten_times_whatever_her_addresses() -> None:
    tries = [("mallory", f"10.0.{n // 256}.{n % 256}") for n in range(10_000)]
    assert answered(of_people(), tries) == OF_A_PERSON


def test_many_people_of_one_address_share_what_it_has_and_keep_three_tries_each() -> None:
    guesses = of_people()
    crowd = [(f"mallory-{n % 50}", "10.0.0.1") for n in range(10_000)]
    assert answered(guesses, crowd) == max(OF_AN_ADDRESS, 50 * ALWAYS)
    assert answered(guesses, [("kofi", "10.0.0.1")] * 5) == ALWAYS
    assert answered(guesses, [("lucia", "10.0.0.2")] * 20) == OF_A_PERSON


def test_ten_thousand_codes_from_as_many_addresses_by_ten_people_are_a_hundred_tries() -> None:
    tries = [(f"mallory-{n % 10}", f"10.0.{n // 256}.{n % 256}") for n in range(10_000)]
    assert answered(of_people(), tries) == 10 * OF_A_PERSON


def test_the_wait_is_until_the_oldest_try_is_an_hour_old() -> None:
    guesses = of_people()
    for minute in range(OF_A_PERSON):
        assert guesses.begin(("kofi", "a"), NOW + timedelta(minutes=minute)) is None
    later = NOW + timedelta(minutes=20)
    assert guesses.begin(("kofi", "a"), later) == timedelta(minutes=40)
    assert guesses.begin(("kofi", "a"), NOW + WINDOW) is None


def test_a_class_that_joins_with_the_right_code_is_never_slowed_down() -> None:
    guesses = of_people()
    for learner in range(5 * OF_AN_ADDRESS):
        assert guesses.begin((f"learner-{learner}", "10.0.0.1"), NOW) is None
        guesses.take_back((f"learner-{learner}", "10.0.0.1"))
    assert answered(guesses, [("kofi", "10.0.0.1")] * 20) == OF_A_PERSON


def test_who_has_not_tried_for_an_hour_is_forgotten() -> None:
    guesses = of_people()
    answered(guesses, [(f"person-{n}", f"address-{n}") for n in range(1500)])
    answered(guesses, [("kofi", "a")] * 1500, NOW + 2 * WINDOW)
    assert len(guesses._tries) < 10
