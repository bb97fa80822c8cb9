from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.champion.chart import HEIGHT, WIDTH, DayAmount, MonthChart, month_chart

FIRST, NEXT = date(2026, 11, 1), date(2026, 12, 1)


def _chart(amounts: list[int], limit: int | None = None) -> MonthChart:
    days = [DayAmount(FIRST + timedelta(days=n), amount) for n, amount in enumerate(amounts)]
    return month_chart(days, FIRST, NEXT, limit)


def test_bars_are_as_high_as_their_days_amounts() -> None:
    low, none, high = _chart([10, 0, 20]).bars
    assert high.height == 2 * low.height
    assert none.height == 0


def test_the_line_ends_on_the_limit_when_it_is_just_reached() -> None:
    chart = _chart([60, 40], limit=100)
    assert chart.end[1] == chart.limit_y


def test_the_line_passes_the_limit_when_it_is_overrun() -> None:
    chart = _chart([150], limit=100)
    assert chart.limit_y is not None
    assert chart.end[1] < chart.limit_y


def test_a_month_without_use_is_flat_and_has_no_limit_line() -> None:
    chart = _chart([0, 0])
    assert chart.end[1] == chart.sum_base
    assert chart.limit_y is None


def test_the_first_minute_of_a_month_has_a_chart_too() -> None:
    assert _chart([]).bars == ()


def test_days_are_named_where_their_bars_stand() -> None:
    chart = _chart([1] * 8)
    eighth = chart.bars[7]
    assert [tick.day for tick in chart.ticks] == [1, 8, 15, 22, 29]
    assert abs(chart.ticks[1].x - (eighth.x + eighth.width / 2)) < 0.2


@given(
    st.lists(st.integers(0, 2**50), max_size=30),
    st.one_of(st.none(), st.integers(0, 2**50)),
)
def test_nothing_is_drawn_outside_the_picture(amounts: list[int], limit: int | None) -> None:
    chart = _chart(amounts, limit)
    points = [tuple(map(float, point.split(","))) for point in chart.area.split()]
    points += [(bar.x, bar.y) for bar in chart.bars]
    points += [(bar.x + bar.width, bar.y + bar.height) for bar in chart.bars]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
