"""The budget: what a community may spend, by the window or out of credit paid in before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.window import (
    Period,
    Window,
    local_day,
    midnight,
    milliseconds,
    milliseconds_of,
    period_at,
)

#: An estimate further away than this says nothing but "not soon".
_FARTHEST = timedelta(days=5 * 366)
#: An average over less has not seen the night, when hardly anybody works.
_TELLING = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


class Step(StrEnum):
    """What follows as a budget is used up, in this order. Each is part of what the audit, the
    database and REST answers say: never rename."""

    TELL = "tell"
    HIDE_SIZES = "hide-sizes"
    CLOSE = "close"
    DRAIN = "drain"


@dataclass(frozen=True, slots=True)
class Steps:
    """From which whole percentage on each step is taken; None: never.

    ``close`` admits only servers of workshops that take place. ``drain`` gives notice to those
    that run; with or without it, no start is admitted that does not fit under the budget.
    """

    tell: int | None = 50
    hide_sizes: int | None = 80
    close: int | None = 95
    drain: int | None = 100

    def __iter__(self) -> Iterator[tuple[Step, int]]:
        """Those that are taken at all, in their order."""
        taken = (self.tell, self.hide_sizes, self.close, self.drain)
        for step, percent in zip(Step, taken, strict=True):
            if percent is not None:
                yield step, percent

    def reached(self, spent: int, held: int, credit: int) -> tuple[Step, ...]:
        """The steps that are taken when so much of a credit is spent and held, in their order.

        Where there is nothing to spend, all of them are.
        """
        return tuple(step for step, percent in self if 100 * (spent + held) >= percent * credit)


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``micros`` of the community's currency per window, and what was paid in for it.

    With ``carries_over``, what was left of the last window is added. Of prepaid credit
    (:attr:`is_prepaid`) there is what was paid in, less all that was spent. While sizes are
    hidden, those that cost more per hour than ``above`` (a rate in micro-units, or the name of a
    size) cannot start; "" is the usual size of each profile.
    """

    micros: int
    window: Window = Window.MONTH
    carries_over: bool = False
    steps: Steps = field(default_factory=Steps)
    above: str | int = ""

    @property
    def is_prepaid(self) -> bool:
        """Whether it never starts anew: what can be spent is what is left of the credit."""
        return self.window is Window.TOTAL

    def as_limit(self, credit: int | None = None, since_on: date | None = None) -> Limit:
        """A budget is a limit on money that carries its own name. Without a ``credit`` it is what
        the communities file says; what was prepaid is spent from ``since_on`` on."""
        return Limit(
            LimitScope.COMMUNITY,
            Unit.MONEY,
            self.window,
            self.micros if credit is None else credit,
            is_budget=True,
            since_on=since_on if self.is_prepaid else None,
        )

    def hides(self, profile: Profile, size: Size) -> bool:
        """Whether this size cannot start while sizes are hidden."""
        return size.rate_micros > self._ceiling(profile)

    def _ceiling(self, profile: Profile) -> int:
        if isinstance(self.above, int):
            return self.above
        named = profile.size(self.above) or profile.size(profile.default_size)
        return (named or profile.sizes[0]).rate_micros


@dataclass(frozen=True, slots=True)
class TopUp:
    """Money that a named person has put into a budget; below zero: has taken back."""

    top_up_id: int
    community: str
    micros: int
    currency: str
    reason: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Frame:
    """The days a budget is for, and those ``before`` whose spending matters to it, if any.

    ``paid_at`` is when prepaid credit was last paid in; None: never, or it has a window.
    """

    current: Period
    before: Period | None = None
    paid_at: datetime | None = None


def frame_of(budget: Budget, top_ups: Iterable[TopUp], zone: str, now: datetime) -> Frame:
    """Of a window: the window, and the one before it if that carries over. Of prepaid credit: the
    days since it was last paid in, whose steps are told anew, and those since it first was."""
    if budget.is_prepaid:
        return _prepaid_frame(top_ups, zone, now)
    current = period_at(budget.window, zone, now)
    if not budget.carries_over:
        return Frame(current)
    last = midnight(current.first_on - timedelta(days=1), zone)
    return Frame(current, period_at(budget.window, zone, last))


def _prepaid_frame(top_ups: Iterable[TopUp], zone: str, now: datetime) -> Frame:
    paid_in = [top_up.made_at for top_up in top_ups if top_up.micros > 0]
    paid_at = max(paid_in, default=None)
    first, last = (local_day(at or now, zone) for at in (min(paid_in, default=None), paid_at))
    current = Period(last, date.max, midnight(last, zone), _NEVER)
    if first == last:
        return Frame(current, paid_at=paid_at)
    before = Period(first, last, midnight(first, zone), current.starts_at)
    return Frame(current, before, paid_at)


def credit_of(
    budget: Budget,
    frame: Frame,
    top_ups: Iterable[TopUp],
    spent_before: int,
    *,
    has_history: bool,
) -> int:
    """What may be spent in the current days of the frame, in micro-units.

    ``spent_before`` is what was spent in the days before; ``has_history``: whether servers had
    run at all by their end, for a community that had not begun has left nothing over.
    """
    if budget.is_prepaid:
        return sum(top_up.micros for top_up in top_ups) - spent_before
    top_ups = tuple(top_ups)
    credit = budget.micros + _paid_in(top_ups, frame.current)
    if frame.before is None or not has_history:
        return credit
    return credit + max(0, budget.micros + _paid_in(top_ups, frame.before) - spent_before)


def _paid_in(top_ups: Iterable[TopUp], period: Period) -> int:
    within = (t for t in top_ups if period.starts_at <= t.made_at < period.ends_at)
    return sum(top_up.micros for top_up in within)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a budget is being spent.

    ``gone_percent`` of its window are over, in whole percent, rounded down (None: it has none);
    ``empty_at`` is when it is spent if it goes on like this (None: not before the window ends, or
    not in the next five years). With ``by_running``, "like this" is what the servers cost that run
    now, as credit was paid in so lately that no average says anything; else it is the average.
    """

    gone_percent: int | None
    empty_at: datetime | None
    by_running: bool = False


def pace(spent: int, credit: int, period: Period, now: datetime) -> Pace:
    """As the average of the period so far; holds are left out, for they are not spent."""
    gone_ms = milliseconds(period.starts_at, now)
    whole_ms = milliseconds(period.starts_at, period.ends_at)
    has_end = period.ends_at != _NEVER
    return Pace(
        min(100, 100 * gone_ms // whole_ms) if has_end else None,
        _empty_at(credit - spent, spent, gone_ms, period, now),
    )


def prepaid_pace(
    spent: int, credit: int, frame: Frame, live: Iterable[LiveGroup], now: datetime
) -> Pace:
    """Of credit that has no window: on the first day after a payment by what runs, then as the
    average since the payment. What was spent earlier on its day counts, too, so that the end of
    the money is rather told too early than too late."""
    paid_at = frame.paid_at
    if paid_at is not None and now - paid_at >= _TELLING:
        return pace(spent, credit, replace(frame.current, starts_at=paid_at), now)
    rate = sum(group.rate_micros * len(group.began_ms) for group in live)
    empty_at = _empty_at(credit - spent, rate, HOUR_MS, frame.current, now)
    return Pace(None, empty_at, by_running=True)


def _empty_at(
    left: int, spent: int, during_ms: int, period: Period, now: datetime
) -> datetime | None:
    """When what is left is gone, if so much is spent in so much time."""
    if spent <= 0:
        return None
    lasts_ms = max(0, left) * during_ms // spent
    if lasts_ms > milliseconds_of(_FARTHEST):
        return None
    empty_at = now + timedelta(milliseconds=lasts_ms)
    return empty_at if empty_at < period.ends_at else None
