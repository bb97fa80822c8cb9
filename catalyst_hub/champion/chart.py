"""Where the shapes of a month's chart lie: one bar a day, and the sum so far against a limit.

Coordinates are those of an SVG view box as wide as a phone, so that the text in it is readable
there and only grows on a larger screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

WIDTH, HEIGHT = 340, 190
_LEFT, _RIGHT = 4.0, 336.0
_SUM_TOP, _SUM_BASE = 24.0, 112.0
_DAY_TOP, _DAY_BASE = 128.0, 170.0
_TICK_DAYS = (1, 8, 15, 22, 29)


@dataclass(frozen=True, slots=True)
class DayAmount:
    """What one day added: micro-units of money, or milliseconds of server time."""

    day_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One day's bar."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A day named below the chart."""

    x: float
    day: int


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Everything that is drawn. ``area`` and ``line`` are SVG points; ``end`` the line's last."""

    bars: tuple[Bar, ...]
    line: str
    area: str
    end: tuple[float, float]
    limit_y: float | None
    ticks: tuple[Tick, ...]
    sum_base: float = _SUM_BASE
    day_base: float = _DAY_BASE
    left: float = _LEFT
    right: float = _RIGHT


def month_chart(
    days: Sequence[DayAmount], first_on: date, next_on: date, limit: int | None
) -> MonthChart:
    """The chart of the days ``[first_on, next_on)`` as far as they are known, oldest first.

    Days before today without use must be among ``days`` (as zero), days to come must not.
    """
    column = (_RIGHT - _LEFT) / max(1, (next_on - first_on).days)
    sums = list(accumulate(day.amount for day in days))
    top = max([limit or 0, *sums, 1])
    xs = [_x_after(day.day_on, first_on, column) for day in days]
    points = [(_LEFT, _SUM_BASE)] + [
        (x, _y(amount, top, _SUM_TOP, _SUM_BASE)) for x, amount in zip(xs, sums, strict=True)
    ]
    return MonthChart(
        bars=_bars(days, first_on, column),
        line=_points(points),
        area=_points([*points, (points[-1][0], _SUM_BASE)]),
        end=points[-1],
        limit_y=None if limit is None else _y(limit, top, _SUM_TOP, _SUM_BASE),
        ticks=_ticks(first_on, next_on, column),
    )


def _bars(days: Sequence[DayAmount], first_on: date, column: float) -> tuple[Bar, ...]:
    top = max([day.amount for day in days] + [1])
    gap = column * 0.2
    return tuple(
        Bar(
            round(_x_after(day.day_on, first_on, column) - column + gap / 2, 1),
            y := _y(day.amount, top, _DAY_TOP, _DAY_BASE),
            round(column - gap, 1),
            round(_DAY_BASE - y, 1),
        )
        for day in days
    )


def _ticks(first_on: date, next_on: date, column: float) -> tuple[Tick, ...]:
    days = (first_on + timedelta(days=n) for n in range((next_on - first_on).days))
    return tuple(
        Tick(round(_x_after(day, first_on, column) - column / 2, 1), day.day)
        for day in days
        if day.day in _TICK_DAYS
    )


def _x_after(day: date, first_on: date, column: float) -> float:
    return round(_LEFT + ((day - first_on).days + 1) * column, 1)


def _y(amount: int, top: int, upper: float, base: float) -> float:
    return round(base - (base - upper) * max(0, amount) / top, 1)


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
