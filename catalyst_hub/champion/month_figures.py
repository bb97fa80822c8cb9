"""A month's use: as a chart, and the same numbers as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from catalyst_hub.champion.chart import DayAmount, MonthChart, month_chart
from catalyst_hub.champion.wording import month_name, short_day
from catalyst_hub.core.community import Community
from catalyst_hub.core.resources import Unit, Usage
from catalyst_hub.core.window import Period, Window, local_day, period_at
from catalyst_hub.i18n import Translator


@dataclass(frozen=True, slots=True)
class DayRow:
    """A line of the table; ``so_far`` is the sum from the first of the month on."""

    day: str
    amount: str
    so_far: str


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """``is_money`` tells money from server-hours, which stand in where nothing has a price.

    ``limit`` is empty where there is none, ``highest_day`` where nothing was used.
    """

    month: str
    is_money: bool
    chart: MonthChart
    rows: tuple[DayRow, ...]
    total: str
    limit: str
    highest: str
    highest_day: str


def month_figures(
    days: Sequence[tuple[date, Usage]],
    limit: int | None,
    community: Community,
    now: datetime,
    translator: Translator,
) -> MonthFigures:
    """The current month from the days that have any use; ``limit`` in micro-units of money."""
    period = period_at(Window.MONTH, community.zone, now)
    is_money = limit is not None or any(usage.micros for _, usage in days)
    amounts = _every_day(days, period, local_day(now, community.zone), is_money)
    unit = Unit.MONEY if is_money else Unit.SERVER_HOURS

    def words(amount: int) -> str:
        return translator.amount(unit, amount, community.currency)

    highest = max(amounts, key=lambda day: day.amount, default=DayAmount(period.first_on, 0))
    return MonthFigures(
        month=month_name(period.first_on, translator),
        is_money=is_money,
        chart=month_chart(amounts, period.first_on, period.next_on, limit),
        rows=tuple(
            DayRow(short_day(day.day_on, translator), words(day.amount), words(so_far))
            for day, so_far in zip(amounts, accumulate(d.amount for d in amounts), strict=True)
        ),
        total=words(sum(day.amount for day in amounts)),
        limit=words(limit) if limit is not None else "",
        highest=words(highest.amount),
        highest_day=short_day(highest.day_on, translator) if highest.amount else "",
    )


def _every_day(
    days: Sequence[tuple[date, Usage]], period: Period, today: date, is_money: bool
) -> list[DayAmount]:
    """From the first of the month to today, days without use included."""
    used = dict(days)
    elapsed = (
        period.first_on + timedelta(days=n) for n in range((today - period.first_on).days + 1)
    )
    return [DayAmount(day, _amount(used.get(day, Usage()), is_money)) for day in elapsed]


def _amount(usage: Usage, is_money: bool) -> int:
    return usage.micros if is_money else usage.server_ms
