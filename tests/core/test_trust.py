"""What a gap in the Hub's knowledge does to what it says of activity."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.trust import (
    ACTIVITY_RESET,
    HUB_READY,
    OBSERVING,
    Doubt,
    doubt,
    has_gap,
    is_hub_starting,
    shared_activity,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
#: A hub that has run for a day, and an observer that has looked all the time.
USUAL = {
    HUB_OPENED: NOW - 24 * HOUR,
    HUB_READY: NOW - 24 * HOUR + MINUTE,
    OBSERVING: NOW - 24 * HOUR,
    OBSERVER: NOW - MINUTE / 2,
}


def test_whoever_seems_idle_is_idle_on_a_hub_that_has_run_for_long() -> None:
    assert doubt(USUAL, NOW) is None
    assert not has_gap(USUAL, NOW)


@pytest.mark.parametrize(
    ("sign", "at", "why"),
    [
        (HUB_OPENED, NOW - 2 * MINUTE, Doubt.HUB_STARTING),
        (OBSERVER, NOW - 4 * MINUTE, Doubt.NOBODY_LOOKS),
        (OBSERVER, NOW + HOUR, Doubt.CLOCK_SET_BACK),
        (OBSERVING, NOW - 9 * MINUTE, Doubt.OBSERVER_NEW),
        (ACTIVITY_RESET, NOW - 9 * MINUTE, Doubt.ACTIVITY_RESET),
    ],
)
def test_after_any_gap_nobody_is_taken_for_idle(sign: str, at: datetime, why: Doubt) -> None:
    assert doubt({**USUAL, sign: at}, NOW) is why


def test_a_hub_that_is_through_with_its_start_is_given_time_to_hear_of_everybody() -> None:
    signs = {**USUAL, HUB_OPENED: NOW - 9 * MINUTE, HUB_READY: NOW - 8 * MINUTE}
    assert doubt(signs, NOW) is Doubt.HUB_NEW
    assert doubt(signs | {OBSERVER: NOW + MINUTE}, NOW + 2 * MINUTE) is None


def test_nobody_is_idle_where_nobody_has_ever_looked() -> None:
    assert doubt({}, NOW) is Doubt.NOBODY_LOOKS


def test_a_hub_starts_until_it_has_looked_at_all_of_its_servers() -> None:
    opened = {HUB_OPENED: NOW, HUB_READY: NOW - HOUR}
    assert is_hub_starting(opened, NOW + MINUTE)
    assert not is_hub_starting(opened | {HUB_READY: NOW + MINUTE / 2}, NOW + MINUTE)


def test_a_hub_that_never_says_so_does_not_hold_everything_for_ever() -> None:
    assert not is_hub_starting({HUB_OPENED: NOW}, NOW + 10 * MINUTE)


@pytest.mark.parametrize("leap", [-HOUR, HOUR], ids=["back", "ahead"])
def test_a_clock_that_leaps_leaves_a_gap(leap: timedelta) -> None:
    assert has_gap(USUAL, NOW + leap)


def test_the_second_that_most_servers_share_is_when_a_proxy_was_reset() -> None:
    at_once = [NOW + timedelta(milliseconds=100 * n) for n in range(5)]
    assert shared_activity(at_once) == NOW
    assert shared_activity([*at_once, None]) == NOW
    assert shared_activity(at_once[:4]) is None, "four may well be chance"
    others = [NOW - n * MINUTE for n in range(1, 6)]
    assert shared_activity([*at_once, *others]) is None, "half of them are not most"
