"""Estimates of what a workshop needs and costs, and what they rest on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.forecast import (
    ASSUMED_ATTENDANCE,
    Habits,
    Spread,
    cost_forecast,
    habits_of,
    overlap,
    seat_forecast,
    start_time,
)
from catalyst_hub.core.meeting import Meeting, Span
from catalyst_hub.core.node import MOST_PODS, NodeKind
from catalyst_hub.core.programme import What, programme
from catalyst_hub.core.resources import HOUR_MS, Resources
from catalyst_hub.core.turnout import Turnout
from catalyst_hub.core.workshop import Nights, Workshop
from catalyst_hub.core.workshop_step import steps
from tests.core.strategies import resources
from tests.usecases.world import NAIROBI

ZONE = "Africa/Nairobi"
MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SMALL = NAIROBI.profiles[0].sizes[0]
GIB = 1024**3
FULL = Habits(Spread(100, 100, 100), Spread(100, 100, 100), 3)


def workshop(*meetings: Meeting, **needs: object) -> Workshop:
    first, last = meetings[0].day_on, meetings[-1].day_on
    return Workshop(1, "nairobi", "Plants", first, last, "amina", NOW, meetings=meetings, **needs)


def week(days: int) -> list[Meeting]:
    return [
        Meeting(MONDAY + timedelta(days=n), *hours)
        for n in range(days)
        for hours in (("09:00", "12:00"), ("13:00", "17:00"))
    ]


# --- seats and nodes ---


def test_seats_that_start_at_once_are_arrivals_per_minute_times_minutes_of_a_start() -> None:
    measured = start_time([120_000] * 20)
    seats = seat_forecast(50, SMALL, measured, ())
    # Five a minute, each for two minutes.
    assert (seats.people, seats.at_once) == (50, 10)
    assert (seats.start.long_ms, seats.start.starts) == (120_000, 20)
    slow = start_time([3_600_000] * 20)
    assert seat_forecast(50, SMALL, slow, ()).at_once == 50


def test_few_starts_say_nothing_and_the_long_ones_are_told() -> None:
    assert start_time([1000] * 4).starts == 0
    assert start_time([1000] * 4).long_ms == 90_000
    assert start_time([1000] * 95 + [9000] * 5).long_ms == 1000
    assert start_time([1000] * 90 + [9000] * 10).long_ms == 9000


def test_nodes_are_counted_by_what_is_set_aside_on_the_roomiest() -> None:
    small = NodeKind("small", Resources(4000, 7 * GIB))
    large = NodeKind("large", Resources(8000, 30 * GIB))
    gpu = NodeKind("gpu", Resources(64_000, 300 * GIB, 1), {"gpu": "t4"})
    # One CPU and two GiB each: eight by CPU, fifteen by memory. No label is asked for.
    seats = seat_forecast(30, SMALL, start_time([]), (small, large))
    assert (seats.kind, seats.per_node, seats.nodes) == (large, 8, 4)
    picky = replace(SMALL, node_selector={"gpu": "t4"})
    found = seat_forecast(30, picky, start_time([]), (small, large, gpu))
    assert (found.kind, found.per_node) == (gpu, 64)
    assert seat_forecast(30, picky, start_time([]), (small, large)).kind is None


@given(resources, resources)
def test_no_more_fits_on_a_node_than_there_is(room: Resources, wanted: Resources) -> None:
    number = NodeKind("node", room).holds(wanted)
    assert 0 <= number <= MOST_PODS
    assert wanted.cpu_milli * number <= room.cpu_milli
    assert wanted.memory_bytes * number <= room.memory_bytes
    assert wanted.gpu * number <= room.gpu


# --- money ---


def test_the_cost_of_a_workshop_that_everybody_attends_is_people_hours_and_rate() -> None:
    hours = [7 * HOUR_MS] * 2
    cost = cost_forecast(30, 1_000_000, hours, timedelta(), timedelta(), FULL)
    assert cost.micros == Spread(*(30 * 14 * 1_000_000,) * 3)
    assert cost.server_hours == Spread(*(30 * 14,) * 3)


def test_what_is_warmed_and_what_is_left_on_comes_on_top() -> None:
    hours, half, hour = [7 * HOUR_MS] * 2, timedelta(minutes=30), timedelta(hours=1)
    cost = cost_forecast(30, 1_000_000, hours, half, hour, FULL)
    assert cost.server_hours == Spread(30 * 14, 30 * 15, 30 * 17)
    for_ever = cost_forecast(30, 1_000_000, hours, half, None, FULL)
    assert for_ever.server_hours.high == 30 * (15 + 2 * 8)


def test_without_a_past_it_is_assumed_and_with_one_it_is_known() -> None:
    assert habits_of([], ZONE) == Habits()
    one_day = workshop(*week(1), seats=20)
    # Half of them came, and stayed for half of the day, lunch included.
    poor = Turnout(one_day, 10, 10 * 4 * HOUR_MS)
    assert habits_of([poor], ZONE) == Habits(Spread(50, 50, 100), Spread(50, 50, 100), 1)
    full = Turnout(one_day, 20, 20 * 8 * HOUR_MS)
    known = habits_of([poor, full, full], ZONE)
    assert known == Habits(Spread(50, 83, 100), Spread(50, 83, 100), 3)


def test_a_workshop_to_which_nobody_was_expected_or_nobody_came_tells_nothing() -> None:
    nobody = Turnout(workshop(*week(1), seats=20), 0, 0)
    unsaid = Turnout(workshop(*week(1)), 10, HOUR_MS)
    assert habits_of([nobody, unsaid], ZONE).attendance == ASSUMED_ATTENDANCE


turnouts = st.builds(
    Turnout,
    st.builds(lambda seats: workshop(*week(2), seats=seats), st.integers(1, 200)),
    st.integers(0, 300),
    st.integers(0, 10**10),
)


@given(
    st.lists(turnouts, max_size=6),
    st.integers(1, 5000),
    st.integers(0, 10**9),
    st.lists(st.integers(0, 40 * HOUR_MS), max_size=10),
)
def test_low_is_never_more_than_likely_nor_likely_than_high(
    past: list[Turnout], people: int, rate: int, session_ms: list[int]
) -> None:
    habits = habits_of(past, ZONE)
    cost = cost_forecast(
        people, rate, session_ms, timedelta(minutes=20), timedelta(hours=1), habits
    )
    for spread in (cost.micros, cost.server_hours):
        assert 0 <= spread.low <= spread.likely <= spread.high


# --- the programme ---


def at(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC) - timedelta(hours=3)


def test_a_day_hour_by_hour() -> None:
    made = workshop(*week(1), warm_minutes=20, clean_after_days=30)
    assert [(event.at, event.what, event.until) for event in programme(made, ZONE)] == [
        (NOW, What.OPENS, at("2026-11-23T17:30")),
        (at("2026-11-23T08:40"), What.WARMS, at("2026-11-23T09:00")),
        (at("2026-11-23T09:00"), What.PROTECTED, at("2026-11-23T17:00")),
        (at("2026-11-23T09:00"), What.MEETS, at("2026-11-23T12:00")),
        (at("2026-11-23T12:00"), What.BREAK, at("2026-11-23T13:00")),
        (at("2026-11-23T13:00"), What.MEETS, at("2026-11-23T17:00")),
        (at("2026-11-23T17:00"), What.NOTICE, at("2026-11-23T17:30")),
        (at("2026-11-23T17:30"), What.DRAINS, None),
        (at("2026-11-23T17:30"), What.REPORTS, None),
        (at("2026-12-09T17:00"), What.FAREWELL, None),
        (at("2026-12-16T17:00"), What.FAREWELL, None),
        (at("2026-12-22T17:00"), What.FAREWELL, None),
        (at("2026-12-23T17:00"), What.CLEANED, None),
    ]


def test_of_what_was_before_it_was_made_only_the_meetings_are_told() -> None:
    late = replace(workshop(*week(2), warm_minutes=20), created_at=at("2026-11-23T14:00"))
    first_day = [event for event in programme(late, ZONE) if event.at < at("2026-11-24T00:00")]
    assert [(event.at, event.what, event.until) for event in first_day] == [
        (at("2026-11-23T09:00"), What.MEETS, at("2026-11-23T12:00")),
        (at("2026-11-23T13:00"), What.MEETS, at("2026-11-23T17:00")),
        (at("2026-11-23T14:00"), What.OPENS, at("2026-11-24T17:30")),
        (at("2026-11-23T14:00"), What.PROTECTED, at("2026-11-23T17:00")),
        (at("2026-11-23T17:00"), What.NIGHT, at("2026-11-24T09:00")),
    ]
    taken = [step.name for step in steps(late, ZONE)]
    assert taken == ["open", "warm:2026-11-24", "warmed:2026-11-24", "end:2026-11-24",
                     "close:2026-11-24"]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "until"), [("08:50", "09:00"), ("09:00", "09:15"), ("09:14", "09:15")]
)
def test_of_one_that_is_made_as_it_begins_the_rest_of_the_warming_is_told(
    made: str, until: str
) -> None:
    late = replace(workshop(*week(1), warm_minutes=20), created_at=at(f"2026-11-23T{made}"))
    [warms] = [event for event in programme(late, ZONE) if event.what is What.WARMS]
    assert (warms.at, warms.until) == (late.created_at, at(f"2026-11-23T{until}"))
    assert "warm:2026-11-23" in [step.name for step in steps(late, ZONE)]


def test_nights_between_days_that_follow_one_another_are_told_kept_or_not() -> None:
    usual = {event.what for event in programme(workshop(*week(2)), ZONE)}
    assert What.NIGHT in usual
    assert What.KEPT_NIGHT not in usual
    kept = programme(workshop(*week(2), nights=Nights.KEPT), ZONE)
    [night] = [event for event in kept if event.what is What.KEPT_NIGHT]
    assert (night.at, night.until) == (at("2026-11-23T17:00"), at("2026-11-24T09:00"))
    tuesdays = [Meeting(MONDAY + timedelta(weeks=n), "09:00", "11:00") for n in range(2)]
    whats = {event.what for event in programme(workshop(*tuesdays), ZONE)}
    assert not whats & {What.NIGHT, What.KEPT_NIGHT}


def test_nobody_is_warmed_or_taken_out_where_that_is_not_wanted() -> None:
    whats = {event.what for event in programme(workshop(*week(1), warm_minutes=0), ZONE)}
    assert not whats & {What.WARMS, What.FAREWELL, What.CLEANED}


@given(st.integers(1, 366))
def test_three_farewells_come_after_the_end_a_day_apart_and_before_anybody_goes(
    days: int,
) -> None:
    events = programme(workshop(*week(1), clean_after_days=days), ZONE)
    told = [event.at for event in events if event.what is What.FAREWELL]
    [gone] = [event.at for event in events if event.what is What.CLEANED]
    assert len(told) == 3
    assert told[0] >= at("2026-11-23T17:00")
    times = (*told, gone)
    assert all(after - before >= timedelta(days=1) for before, after in pairwise(times))


# --- at the same time ---

hours = st.integers(0, 40)


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """In order and apart, as those of a workshop are."""
    marks = sorted(draw(st.sets(hours, max_size=12)))
    return [
        (NOW + timedelta(hours=start), NOW + timedelta(hours=end))
        for start, end in zip(marks[::2], marks[1::2], strict=False)
    ]


@given(spans(), spans())
def test_two_workshops_overlap_if_any_two_of_their_spans_do(
    some: list[Span], others: list[Span]
) -> None:
    expected = any(start < end and begin < stop for start, stop in some for begin, end in others)
    assert overlap(some, others) is expected
    assert overlap(others, some) is expected
