"""What no workshop can be, and what needs the operator's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Plan
from catalyst_hub.core.workshop_plan import (
    Excess,
    OddMeeting,
    PlanRefusal,
    beyond,
    days_of,
    is_no_larger,
    is_zone,
    odd_meetings,
    plan_refusal,
    with_days_of_meetings,
)
from tests.usecases.world import NAIROBI

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
"""Six o'clock in Santiago."""
MORNING = Meeting(TODAY, "09:00", "12:00")
PLAN = Plan("Plants", TODAY, TODAY, (MORNING,), seats=30)
CHILE = replace(NAIROBI, zone="America/Santiago")


def refused(**wrong: object) -> PlanRefusal | None:
    return plan_refusal(replace(PLAN, **wrong), CHILE, NOW)


def on(day: date, *hours: str) -> dict[str, object]:
    """Meetings of a day, from hour to hour."""
    pairs = zip(hours[::2], hours[1::2], strict=True)
    return {
        "first_on": day,
        "last_on": day,
        "meetings": tuple(Meeting(day, starts, ends) for starts, ends in pairs),
    }


def test_a_plan_without_fault_is_not_refused() -> None:
    assert refused() is None
    everything = {
        "language": "es",
        "profile": "python",
        "size": "large",
        "material": "https://hub.example/git-pull?repo=https%3A%2F%2Fgit.example%2Fplants#x",
        "warm_minutes": 0,
        "clean_after_days": 1,
        "idle_minutes": 10,
        "max_age_minutes": 60,
        "grace_minutes": 0,
        "ceiling_minutes": 10,
        "budget_micros": 1,
    }
    assert refused(**everything) is None
    longest = {"max_age_minutes": 44_640, "grace_minutes": 1440, "ceiling_minutes": 44_640}
    assert refused(**longest) is None
    assert refused(meetings=()) is None


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        (on(TODAY, "12:00", "09:00"), PlanRefusal.ENDS_FIRST),
        (on(TODAY, "09:00", "09:00"), PlanRefusal.ENDS_FIRST),
        (on(TODAY, "24:00", "24:00"), PlanRefusal.ENDS_FIRST),
        (on(TODAY, "9", "12:00"), PlanRefusal.NO_HOUR),
        (on(TODAY, "09:00", "24:30"), PlanRefusal.NO_HOUR),
        (on(TODAY, "09:00", "12:00", "11:59", "13:00"), PlanRefusal.OVERLAPPING),
        (on(TODAY, "09:00", "12:00", "09:00", "12:00"), PlanRefusal.OVERLAPPING),
        (on(TODAY, "09:00", "18:00", "10:00", "11:00"), PlanRefusal.OVERLAPPING),
        # Clocks go from midnight to one o'clock, and from midnight back to eleven.
        (on(date(2026, 9, 6), "00:30", "09:00"), PlanRefusal.SKIPPED_HOUR),
        (on(date(2026, 4, 4), "20:00", "23:30"), PlanRefusal.DOUBLED_HOUR),
        ({"first_on": TODAY + timedelta(days=1)}, PlanRefusal.BACKWARDS),
        (on(TODAY, "03:00", "05:00", "05:30", "06:00"), PlanRefusal.HOURS_OVER),
        ({"meetings": (replace(MORNING, day_on=date(2026, 3, 2)),)}, PlanRefusal.OUTSIDE),
        ({"meetings": (MORNING,) * 10_000}, PlanRefusal.TOO_MANY),
        ({"seats": 0}, PlanRefusal.NO_SEATS),
        ({"seats": -1}, PlanRefusal.NO_SEATS),
        ({"seats": 100_000}, PlanRefusal.MOST_SEATS),
        ({"profile": "fortran"}, PlanRefusal.NO_PROFILE),
        ({"profile": "python", "size": "vast"}, PlanRefusal.NO_SIZE),
        ({"size": "small"}, PlanRefusal.NO_PROFILE),
        ({"language": "tlh"}, PlanRefusal.NO_LANGUAGE),
        ({"language": "ES"}, PlanRefusal.NO_LANGUAGE),
        ({"language": ""}, PlanRefusal.NO_LANGUAGE),
        ({"material": "javascript:alert(1)"}, PlanRefusal.NO_LINK),
        ({"material": "ftp://git.example/plants"}, PlanRefusal.NO_LINK),
        ({"material": "git.example/plants"}, PlanRefusal.NO_LINK),
        ({"material": "https://"}, PlanRefusal.NO_LINK),
        ({"material": "https://[git.example"}, PlanRefusal.NO_LINK),
        ({"material": "https://amina:secret@git.example"}, PlanRefusal.NO_LINK),
        ({"material": "https://git.example/\nplants"}, PlanRefusal.NO_LINK),
        ({"material": "https://git.example/two words"}, PlanRefusal.NO_LINK),
        ({"material": "https://git.example/" + "x" * 2000}, PlanRefusal.LONG_LINK),
        ({"warm_minutes": -1}, PlanRefusal.WARMING),
        ({"warm_minutes": 181}, PlanRefusal.WARMING),
        ({"clean_after_days": 0}, PlanRefusal.CLEANING),
        ({"clean_after_days": 367}, PlanRefusal.CLEANING),
        ({"idle_minutes": 9}, PlanRefusal.IDLE),
        ({"idle_minutes": 1441}, PlanRefusal.IDLE),
        ({"max_age_minutes": 59}, PlanRefusal.MAX_AGE),
        ({"max_age_minutes": 44_641}, PlanRefusal.MAX_AGE),
        ({"grace_minutes": -1}, PlanRefusal.GRACE),
        ({"grace_minutes": 1441}, PlanRefusal.GRACE),
        ({"ceiling_minutes": 9}, PlanRefusal.CEILING),
        ({"ceiling_minutes": 44_641}, PlanRefusal.CEILING),
        ({"budget_micros": 0}, PlanRefusal.NO_BUDGET),
        ({"budget_micros": 2**63}, PlanRefusal.TOO_DEAR),
        ({"title": "Plants\0"}, PlanRefusal.ODD_TITLE),
        ({"title": "Plants\ud800"}, PlanRefusal.ODD_TITLE),
        ({"title": "Plants\x9b31m"}, PlanRefusal.ODD_TITLE),
        ({"title": "Plants\u2028and stones"}, PlanRefusal.ODD_TITLE),
    ],
)
def test_what_no_workshop_can_be(wrong: dict[str, object], refusal: PlanRefusal) -> None:
    assert refused(**wrong) is refusal


def test_it_is_told_which_hour_of_which_day_it_is() -> None:
    plan = replace(PLAN, **on(date(2026, 9, 6), "00:30", "09:00"))
    assert list(odd_meetings(plan, CHILE.zone)) == [
        OddMeeting(PlanRefusal.SKIPPED_HOUR, plan.meetings[0], "00:30")
    ]
    assert list(odd_meetings(plan, "Africa/Nairobi")) == []


@pytest.mark.parametrize("name", ["", "Chile/Nowhere", "../etc/passwd", "America", "x" * 300, "\0"])
def test_zones_that_do_not_exist(name: str) -> None:
    assert not is_zone(name)
    assert is_zone("America/Santiago")


def test_the_days_are_those_of_the_meetings() -> None:
    late = Meeting(TODAY + timedelta(days=7), "09:00", "12:00")
    plan = replace(PLAN, last_on=TODAY + timedelta(days=300), meetings=(late, MORNING))
    found = with_days_of_meetings(plan)
    assert (found.first_on, found.last_on) == (TODAY, late.day_on)
    assert found.meetings == (MORNING, late)
    days = replace(PLAN, meetings=(), last_on=late.day_on)
    assert with_days_of_meetings(days) == days
    assert (days_of(found), days_of(days)) == (2, 8)


def test_beyond_the_bounds_is_what_is_larger_than_they_are() -> None:
    bounds = Bounds(most_workshop_seats=30, most_workshop_days=2, most_workshop_budget_micros=1000)
    within = replace(PLAN, seats=30, budget_micros=1000, **on(TODAY, "09:00", "10:00"))
    assert beyond(within, bounds) == ()
    assert beyond(replace(within, seats=None, budget_micros=None), bounds) == ()
    assert beyond(replace(within, seats=31), bounds) == (Excess.SEATS,)
    assert beyond(replace(within, budget_micros=1001), bounds) == (Excess.BUDGET,)
    three = tuple(replace(MORNING, day_on=TODAY + timedelta(weeks=n)) for n in range(3))
    assert beyond(replace(within, meetings=three), bounds) == (Excess.DAYS,)
    assert beyond(replace(within, meetings=three[:2]), bounds) == ()
    week = replace(within, meetings=(), last_on=TODAY + timedelta(days=6))
    assert beyond(week, bounds) == (Excess.DAYS,)
    assert beyond(week, replace(bounds, most_workshop_days=7)) == ()


plans = st.builds(
    Plan,
    st.just("Plants"),
    st.just(TODAY),
    st.integers(0, 20).map(lambda days: TODAY + timedelta(days=days)),
    seats=st.none() | st.integers(1, 20),
    budget_micros=st.none() | st.integers(1, 20),
)
bounds = st.builds(
    Bounds,
    most_workshop_seats=st.integers(0, 20),
    most_workshop_days=st.integers(0, 20),
    most_workshop_budget_micros=st.none() | st.integers(0, 20),
)


@given(plans, plans, bounds)
def test_a_plan_that_is_no_larger_is_beyond_no_bound_that_the_other_keeps(
    plan: Plan, granted: Plan, bounds: Bounds
) -> None:
    if is_no_larger(plan, granted):
        assert set(beyond(plan, bounds)) <= set(beyond(granted, bounds))
