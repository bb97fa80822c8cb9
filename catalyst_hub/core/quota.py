"""Quotas: numbers that must not be passed, for a community, its people, profiles and workshops."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from catalyst_hub.core.account import Account, ByDay, UsageSnapshot, Viewpoint
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.resources import AT_ONCE, Resources, Unit, Usage, usage_after
from catalyst_hub.core.session import LiveSession, all_used_between
from catalyst_hub.core.window import NEVER, Period, Window, local_day, midnight

#: How many servers there are of each size: limits and rate per hour.
_Sizes = Counter[tuple[Resources, int]]
_A_DAY = timedelta(days=1)
_NOTHING = Usage()
_AT_ANY_TIME = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """One number: at most ``amount`` (canonical integer of ``unit``) per ``window`` and scope.

    With a ``profile`` only its servers count. ``days`` is the length of a rolling window;
    ``since_on`` the first day that counts in total, if not all of them do.
    """

    scope: LimitScope
    unit: Unit
    window: Window
    amount: int
    is_budget: bool = False
    profile: str | None = None
    days: int = 0
    since_on: date | None = None

    @property
    def account(self) -> Account:
        """What is added up for it."""
        return Account(self.scope, self.window, self.profile, self.days, self.since_on)


def allowances(
    limits: Sequence[Limit],
    snapshot: UsageSnapshot,
    days: Mapping[Account, Period],
    view: Viewpoint,
    hold_ms: int,
    shared: Mapping[Account, Sum] | None = None,
) -> tuple[Allowance, ...]:
    """Where every limit stands from this point of view; ``hold_ms`` is set aside for each server.

    ``days`` are :func:`~catalyst_hub.core.account.periods` of the limits' accounts; ``shared`` is
    what was added up before, for whoever shares it with her.
    """
    sums = dict(shared or {})
    # Summed once for each account, not for each limit: a start waits for this.
    for account in {limit.account for limit in limits} - sums.keys():
        sums[account] = _sum_up(account, snapshot, days.get(account), view, hold_ms)
    return tuple(_allowance(limit, sums[limit.account], view) for limit in limits)


def shared_sums(
    limits: Iterable[Limit],
    snapshot: UsageSnapshot,
    days: Mapping[Account, Period],
    view: Viewpoint,
    hold_ms: int,
) -> dict[Account, Sum]:
    """What is added up for limits that are not one person's: the same for all who see them."""
    accounts = {limit.account for limit in limits if limit.scope is not LimitScope.PERSON}
    return {
        account: _sum_up(account, snapshot, days.get(account), view, hold_ms)
        for account in accounts
    }


@dataclass(frozen=True, slots=True)
class Sum:
    """An account as it stands; ``by_day`` for rolling windows only."""

    sizes: _Sizes
    used: Usage = _NOTHING
    held: Usage = _NOTHING
    resets_at: datetime | None = None
    by_day: ByDay = field(default_factory=dict)


def _sum_up(
    account: Account,
    snapshot: UsageSnapshot,
    period: Period | None,
    view: Viewpoint,
    hold_ms: int,
) -> Sum:
    live = [session for session in snapshot.live if view.counts(account, session)]
    # Hundreds of servers come in a few sizes, and each needs to be looked at only once.
    sizes = Counter((session.resources, session.rate_micros) for session in live)
    if period is None:
        return Sum(sizes)
    ended = snapshot.ended_on(account, view.owner(account))
    held = sum((usage_after(*size, hold_ms) * n for size, n in sizes.items()), Usage())
    if account.window is Window.ROLLING:
        by_day = _with_running(ended, live, period, view)
        return Sum(sizes, sum(by_day.values(), Usage()), held, None, by_day)
    used = sum(ended.values(), Usage()) + all_used_between(live, period.starts_at, view.now)
    return Sum(sizes, used, held, None if account.window is Window.TOTAL else period.ends_at)


def _with_running(
    ended: ByDay, live: Sequence[LiveSession], period: Period, view: Viewpoint
) -> ByDay:
    """Each day's use, that of servers that still run included: whole servers are rounded, as when
    they are charged, and a day is what one midnight has more than the next."""
    by_day = dict(ended)
    began = min((s.running_at for s in live if s.running_at is not None), default=view.now)
    day, later = local_day(view.now, view.zone), Usage()
    while day >= period.first_on:
        since = midnight(day, view.zone)
        used = all_used_between(live, since, view.now)
        by_day[day] = by_day.get(day, Usage()) + used - later
        if since <= began:
            break
        day, later = day - _A_DAY, used
    return by_day


def _allowance(limit: Limit, total: Sum, view: Viewpoint) -> Allowance:
    if limit.window is Window.AT_ONCE:
        used = sum(size.at_once(limit.unit) * n for (size, _), n in total.sizes.items())
        held = 0
    else:
        used, held = total.used.over_time(limit.unit), total.held.over_time(limit.unit)
    falls_out = tuple(_falls_out(limit, total, held, view))
    return Allowance(
        limit.scope,
        limit.unit,
        limit.window,
        limit.amount,
        used,
        held,
        resets_at=falls_out[0][0] if falls_out else total.resets_at,
        is_budget=limit.is_budget,
        profile=limit.profile,
        days=limit.days,
        workshop=view.teaching.title if view.teaching and limit.account.is_of_workshop else "",
        falls_out=falls_out,
    )


def _falls_out(
    limit: Limit, total: Sum, held: int, view: Viewpoint
) -> Iterator[tuple[datetime, int]]:
    """What a rolling window gives back, and when: a day that is over, at the midnight after which
    it does not count any more. What is held counts as used today."""
    if limit.window is not Window.ROLLING:
        return
    today = local_day(view.now, view.zone)
    amounts = {day: used.over_time(limit.unit) for day, used in total.by_day.items()}
    amounts[today] = amounts.get(today, 0) + held
    for day, amount in sorted(amounts.items()):
        if amount:
            yield midnight(day + timedelta(days=limit.days), view.zone), amount


def hold(resources: Resources, rate_micros: int, unit: Unit, hold_ms: int) -> int:
    """What is set aside of a limit over time for one server, as long as it lives."""
    return usage_after(resources, rate_micros, hold_ms).over_time(unit)


def asked_of(limit: Allowance, resources: Resources, rate_micros: int, hold_ms: int) -> int:
    """What one more server of these sizes takes of a limit when it starts."""
    return taken_of(limit.unit, resources, rate_micros, hold_ms)


def taken_of(unit: Unit, resources: Resources, rate_micros: int, hold_ms: int) -> int:
    """What one server of these sizes takes of a limit in this unit when it starts."""
    if unit in AT_ONCE:
        return resources.at_once(unit)
    return hold(resources, rate_micros, unit, hold_ms)


def tightest_refusal(
    current: Iterable[Allowance], resources: Resources, rate_micros: int, hold_ms: int
) -> tuple[Allowance, int] | None:
    """The limit that refuses one more server, and what it would have taken; None: it fits.

    Of several, the one that lasts longest is named: what resets last decides when to come back.
    A limit of which the server takes nothing (a GPU limit, a free profile) never refuses it.
    """
    refusals = [
        (limit, asked)
        for limit in current
        if 0 < (asked := asked_of(limit, resources, rate_micros, hold_ms)) > limit.left
    ]
    return max(refusals, key=_severity, default=None)


def _severity(refusal: tuple[Allowance, int]) -> datetime:
    """Until when it lasts: a server can be stopped at once, and some limits never start anew."""
    limit, asked = refusal
    if limit.window is Window.AT_ONCE:
        return NEVER if asked > limit.limit else _AT_ANY_TIME
    return limit.fits_at(asked) or NEVER
