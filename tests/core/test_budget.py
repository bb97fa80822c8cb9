"""Budgets: what may be spent, which steps follow, how long it lasts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.budget import (
    Budget,
    Frame,
    Pace,
    Step,
    Steps,
    TopUp,
    credit_of,
    frame_of,
    pace,
    prepaid_pace,
)
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.price import Price
from catalyst_hub.core.profile import Environment, Profile, Size
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.window import Window, local_day, milliseconds_since_1970, period_at
from tests.core.strategies import instants, zones

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ZONE = "Africa/Nairobi"
MONTHLY = Budget(300_000_000)
PREPAID = Budget(0, Window.TOTAL, carries_over=True)

amounts = st.integers(0, 10**15)
percents = st.none() | st.integers(1, 100)
all_steps = st.lists(percents, min_size=4, max_size=4).map(lambda found: Steps(*_ascending(found)))


def _ascending(found: list[int | None]) -> list[int | None]:
    rest = iter(sorted(percent for percent in found if percent is not None))
    return [None if percent is None else next(rest) for percent in found]


def topped_up(micros: int, made_at: datetime = NOW) -> TopUp:
    return TopUp(1, "nairobi", micros, "KES", "the grant", "root", made_at)


def step_of(budget: Budget, spent: int, held: int, credit: int) -> Step | None:
    """The last that is taken."""
    reached = budget.steps.reached(spent, held, credit)
    return reached[-1] if reached else None


@pytest.mark.parametrize(
    ("percent", "step"),
    [
        (0, None),
        (49, None),
        (50, Step.TELL),
        (79, Step.TELL),
        (80, Step.HIDE_SIZES),
        (95, Step.CLOSE),
        (99, Step.CLOSE),
        (100, Step.DRAIN),
        (250, Step.DRAIN),
    ],
)
def test_steps_follow_as_the_budget_is_used_up(percent: int, step: Step | None) -> None:
    assert step_of(MONTHLY, percent * 1000, 0, 100_000) is step


def test_what_is_held_counts_like_what_is_spent() -> None:
    assert step_of(MONTHLY, 60, 20, 100) is Step.HIDE_SIZES


def test_a_step_that_is_null_is_never_taken() -> None:
    budget = replace(MONTHLY, steps=Steps(hide_sizes=None, drain=None))
    assert step_of(budget, 90, 0, 100) is Step.TELL
    assert step_of(budget, 500, 0, 100) is Step.CLOSE


@given(all_steps, amounts, amounts, amounts, amounts)
def test_more_spending_never_takes_a_step_back(
    steps: Steps, spent: int, held: int, more: int, credit: int
) -> None:
    before, after = steps.reached(spent, held, credit), steps.reached(spent + more, held, credit)
    assert set(before) <= set(after)


@given(all_steps, amounts, amounts, amounts, amounts)
def test_paying_in_never_takes_a_step_further(
    steps: Steps, spent: int, held: int, credit: int, more: int
) -> None:
    before, after = steps.reached(spent, held, credit), steps.reached(spent, held, credit + more)
    assert set(after) <= set(before)


@given(all_steps, st.integers(max_value=0))
def test_where_there_is_nothing_to_spend_every_step_is_taken(steps: Steps, credit: int) -> None:
    assert steps.reached(0, 0, credit) == tuple(step for step, _ in steps)


def test_a_month_has_its_amount_and_what_was_paid_in_during_it() -> None:
    october = topped_up(7, NOW - timedelta(days=30))
    top_ups = (october, topped_up(50), topped_up(-20))
    frame = frame_of(MONTHLY, top_ups, ZONE, NOW)
    assert frame.before is None
    assert credit_of(MONTHLY, frame, top_ups, 0, has_history=True) == 300_000_030


def test_what_is_left_of_the_last_window_is_added_where_it_carries_over() -> None:
    budget = replace(MONTHLY, carries_over=True)
    october = topped_up(7, NOW - timedelta(days=30))
    frame = frame_of(budget, (october,), ZONE, NOW)
    assert frame.before is not None
    assert (frame.before.first_on, frame.before.next_on) == (date(2026, 10, 1), date(2026, 11, 1))
    spent = 100_000_000
    assert credit_of(budget, frame, (october,), spent, has_history=True) == 500_000_007


def test_an_overrun_of_the_last_window_takes_nothing_from_this_one() -> None:
    budget = replace(MONTHLY, carries_over=True)
    frame = frame_of(budget, (), ZONE, NOW)
    assert credit_of(budget, frame, (), 310_000_000, has_history=True) == 300_000_000


def test_a_community_that_had_not_begun_has_left_nothing_over() -> None:
    budget = replace(MONTHLY, carries_over=True)
    frame = frame_of(budget, (), ZONE, NOW)
    assert credit_of(budget, frame, (), 0, has_history=False) == 300_000_000


@given(st.sampled_from([Window.DAY, Window.WEEK, Window.MONTH]), zones, instants, amounts, amounts)
def test_never_more_than_one_window_carries_over(
    window: Window, zone: str, now: datetime, micros: int, spent: int
) -> None:
    budget = Budget(micros, window, carries_over=True)
    frame = frame_of(budget, (), zone, now)
    assert frame.before is not None
    assert frame.before.ends_at == frame.current.starts_at == period_at(window, zone, now).starts_at
    credit = credit_of(budget, frame, (), spent, has_history=True)
    assert micros <= credit <= 2 * micros
    assert credit - micros == max(0, micros - spent)


def test_prepaid_credit_that_nobody_paid_in_is_nothing() -> None:
    frame = frame_of(PREPAID, (), ZONE, NOW)
    assert credit_of(PREPAID, frame, (), 0, has_history=True) == 0
    assert step_of(PREPAID, 0, 0, 0) is Step.DRAIN


payments = st.lists(st.tuples(st.integers(-(10**9), 10**12), instants), max_size=6).map(
    lambda made: tuple(topped_up(micros, at) for micros, at in made)
)


@given(payments, zones, st.dictionaries(st.integers(0, 400), amounts, max_size=20))
def test_the_balance_of_prepaid_credit_is_what_was_paid_in_less_what_was_spent_since(
    top_ups: tuple[TopUp, ...], zone: str, by_day: dict[int, int]
) -> None:
    now = datetime(2037, 6, 1, tzinfo=UTC)
    frame = frame_of(PREPAID, top_ups, zone, now)
    paid_in = [local_day(top_up.made_at, zone) for top_up in top_ups if top_up.micros > 0]
    begins_on = min(paid_in, default=frame.current.first_on)
    middle = frame.current.first_on + timedelta(days=200)
    days = {middle - timedelta(days=n): micros for n, micros in by_day.items()}
    before = frame.before
    spent_before = sum(
        micros for day, micros in days.items() if before and before.first_on <= day < before.next_on
    )
    spent = sum(micros for day, micros in days.items() if day >= frame.current.first_on)
    credit = credit_of(PREPAID, frame, top_ups, spent_before, has_history=True)
    since = sum(micros for day, micros in days.items() if day >= begins_on)
    assert credit - spent == sum(top_up.micros for top_up in top_ups) - since


def test_paying_in_begins_the_percentages_of_prepaid_credit_anew() -> None:
    first, second = topped_up(100, NOW - timedelta(days=40)), topped_up(100, NOW)
    frame = frame_of(PREPAID, (first, second), ZONE, NOW)
    credit = credit_of(PREPAID, frame, (first, second), 90, has_history=True)
    assert (frame.current.first_on, credit) == (date(2026, 11, 21), 110)
    assert step_of(PREPAID, 0, 0, credit) is None


def test_taking_back_does_not() -> None:
    top_ups = topped_up(100, NOW - timedelta(days=40)), topped_up(-60, NOW)
    frame = frame_of(PREPAID, top_ups, ZONE, NOW)
    assert frame.current.first_on == date(2026, 10, 12)
    assert step_of(PREPAID, 36, 0, credit_of(PREPAID, frame, top_ups, 0, has_history=True)) is (
        Step.HIDE_SIZES
    )


def size(slug: str, hour: int) -> Size:
    limits = Resources(1000, 1024**3)
    return Size(slug, {}, limits, limits, Price("KES", server_hour=hour))


SIZES = (size("small", 1), size("medium", 5), size("large", 20))
PYTHON = Profile("python", {}, {}, Environment(), SIZES, default_size="small")


@pytest.mark.parametrize(
    ("above", "hidden"),
    [
        ("", ["medium", "large"]),
        ("medium", ["large"]),
        ("elsewhere", ["medium", "large"]),
        (19, ["large"]),
        (20, []),
        (0, ["small", "medium", "large"]),
    ],
)
def test_sizes_that_cost_more_than_the_set_one_are_hidden(
    above: str | int, hidden: list[str]
) -> None:
    budget = replace(MONTHLY, above=above)
    assert [one.slug for one in SIZES if budget.hides(PYTHON, one)] == hidden


def test_the_pace_says_when_the_money_will_be_gone() -> None:
    november = period_at(Window.MONTH, "UTC", NOW)
    found = pace(90, 100, november, datetime(2026, 11, 13, tzinfo=UTC))
    assert (found.gone_percent, found.by_running) == (40, False)
    assert found.empty_at == datetime(2026, 11, 14, 8, tzinfo=UTC)


def test_what_lasts_beyond_the_window_is_never_empty() -> None:
    november = period_at(Window.MONTH, "UTC", NOW)
    assert pace(40, 100, november, datetime(2026, 11, 13, tzinfo=UTC)).empty_at is None


def test_what_nobody_spends_lasts() -> None:
    assert pace(0, 100, period_at(Window.MONTH, "UTC", NOW), NOW).empty_at is None


def running(rate_micros: int, running_at: datetime | None = NOW) -> LiveGroup:
    began_ms = () if running_at is None else (milliseconds_since_1970(running_at),)
    return LiveGroup(1, Resources(1000, 1024**3), rate_micros, 1, began_ms)


def paid(ago: timedelta) -> Frame:
    return frame_of(PREPAID, (topped_up(100, NOW - ago),), ZONE, NOW)


def test_credit_has_no_window_that_could_be_gone_and_is_spent_from_the_instant_of_payment() -> None:
    found = prepaid_pace(50, 100, paid(timedelta(days=10, hours=15)), (), NOW)
    assert (found.gone_percent, found.by_running) == (None, False)
    assert found.empty_at == NOW + timedelta(days=10, hours=15)


def test_on_the_day_of_a_payment_what_runs_says_how_long_it_lasts() -> None:
    live = (running(20), running(30), running(10**6, running_at=None))
    found = prepaid_pace(1, 101, paid(timedelta(minutes=2)), live, NOW)
    assert found == Pace(None, NOW + timedelta(hours=2), by_running=True)


def test_a_day_after_the_payment_the_average_says_so() -> None:
    live = (running(10**6),)
    just_before, after = (timedelta(days=1) - timedelta(seconds=1), timedelta(days=1))
    assert prepaid_pace(50, 100, paid(just_before), live, NOW).by_running
    assert prepaid_pace(50, 100, paid(after), live, NOW) == Pace(None, NOW + timedelta(days=1))


def test_where_nothing_runs_nothing_is_said_of_what_was_just_paid_in() -> None:
    assert prepaid_pace(50, 100, paid(timedelta(hours=3)), (), NOW) == Pace(None, None, True)


def test_a_later_payment_counts_from_its_own_instant() -> None:
    top_ups = (topped_up(100, NOW - timedelta(days=9)), topped_up(9, NOW), topped_up(-1, NOW))
    assert frame_of(PREPAID, top_ups, ZONE, NOW).paid_at == NOW
    assert frame_of(MONTHLY, top_ups, ZONE, NOW).paid_at is None


@given(amounts, amounts, zones, instants)
def test_an_empty_budget_is_empty_in_the_future_and_within_its_window(
    spent: int, credit: int, zone: str, now: datetime
) -> None:
    month = period_at(Window.MONTH, zone, now)
    found = pace(spent, credit, month, now)
    assert found.empty_at is None or now <= found.empty_at < month.ends_at
    assert found.gone_percent is not None
    assert 0 <= found.gone_percent <= 100
