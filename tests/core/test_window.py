"""Local days, weeks and months, and what DST makes of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given

from catalyst_hub.core.window import (
    Window,
    local_day,
    midnight,
    milliseconds,
    period_at,
    split_by_day,
)
from tests.core.strategies import durations, instants, zones


def test_a_day_begins_at_the_change_where_dst_skips_midnight() -> None:
    assert midnight(date(2026, 9, 6), "America/Santiago") == datetime(2026, 9, 6, 4, tzinfo=UTC)
    assert local_day(datetime(2026, 9, 6, 4, tzinfo=UTC), "America/Santiago") == date(2026, 9, 6)


def test_a_day_can_have_25_hours_or_23() -> None:
    def hours(day: date, zone: str) -> float:
        return (midnight(day + timedelta(days=1), zone) - midnight(day, zone)) / timedelta(hours=1)

    assert hours(date(2026, 10, 25), "Europe/Lisbon") == 25
    assert hours(date(2026, 3, 29), "Europe/Lisbon") == 23
    assert hours(date(2026, 4, 5), "Australia/Lord_Howe") == 24.5


def test_a_week_begins_on_monday_and_a_month_on_its_first() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    week = period_at(Window.WEEK, "Africa/Nairobi", now)
    assert (week.first_on, week.next_on) == (date(2026, 11, 16), date(2026, 11, 23))
    month = period_at(Window.MONTH, "Africa/Nairobi", now)
    assert (month.first_on, month.next_on) == (date(2026, 11, 1), date(2026, 12, 1))
    assert month.starts_at == datetime(2026, 10, 31, 21, tzinfo=UTC)


def test_what_is_there_at_once_has_no_period() -> None:
    with pytest.raises(ValueError, match="at_once"):
        period_at(Window.AT_ONCE, "UTC", datetime(2026, 1, 1, tzinfo=UTC))


@given(instants, durations, zones)
@example(  # St John's set its clocks back over midnight, one minute into the new day
    datetime(2006, 10, 29, 2, 45, tzinfo=UTC), timedelta(hours=3), "America/St_Johns"
)
@example(  # Samoa had no 30 December 2011
    datetime(2011, 12, 29, 12, tzinfo=UTC), timedelta(days=3), "Pacific/Apia"
)
def test_the_days_of_a_stretch_join_without_gap_or_overlap(
    start: datetime, length: timedelta, zone: str
) -> None:
    parts = list(split_by_day(start, start + length, zone))
    edges = [start, *(until for _, _, until in parts)]
    assert [part_start for _, part_start, _ in parts] == edges[:-1]
    assert edges[-1] == start + length or not parts
    assert all(since < until for _, since, until in parts)
    days = [day for day, _, _ in parts]
    assert days == sorted(set(days))


@given(instants, zones)
def test_an_instant_lies_within_its_periods(now: datetime, zone: str) -> None:
    for window in (Window.DAY, Window.WEEK, Window.MONTH):
        period = period_at(window, zone, now)
        assert period.first_on <= local_day(now, zone) < period.next_on
        assert now < period.ends_at + timedelta(hours=1)
        assert period.starts_at <= now


def test_a_clock_that_was_set_back_counts_as_no_time() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert milliseconds(now, now - timedelta(hours=1)) == 0
