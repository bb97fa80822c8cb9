"""Quotas: numbers that must not be passed, for a community, its people, profiles and workshops."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from catalyst_hub.core.account import Account, ByDay, UsageSnapshot, Viewpoint
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.fleet import Fleet
from catalyst_hub.core.resources import AT_ONCE, Resources, Unit, Usage, usage_after
from catalyst_hub.core.window import NEVER, Period, Window, local_day, midnight

#: The most days that a rolling window has.
LONGEST_ROLLING = 366
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
    books = _Books(snapshot, days, view, hold_ms, dict(shared or {}))
    return tuple(_allowance(limit, books.sum_of(limit.account), view) for limit in limits)


def shared_sums(
    limits: Iterable[Limit],
    snapshot: UsageSnapshot,
    days: Mapping[Account, Period],
    view: Viewpoint,
    hold_ms: int,
) -> dict[Account, Sum]:
    """What is added up for limits that are not one person's: the same for all who see them."""
    books = _Books(snapshot, days, view, hold_ms, {})
    shared = (limit.account for limit in limits if limit.scope is not LimitScope.PERSON)
    return {account: books.sum_of(account) for account in shared}


@dataclass(frozen=True, slots=True)
class Sum:
    """An account as it stands; ``by_day`` for rolling windows only."""

    fleet: Fleet
    used: Usage = _NOTHING
    resets_at: datetime | None = None
    by_day: ByDay = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Books:
    """Adds up each account once, however many limits look at it."""

    snapshot: UsageSnapshot
    days: Mapping[Account, Period]
    view: Viewpoint
    hold_ms: int
    sums: dict[Account, Sum]
    fleets: dict[Account, Fleet] = field(default_factory=dict)

    def sum_of(self, account: Account) -> Sum:
        if account not in self.sums:
            self.sums[account] = self._sum_up(account)
        return self.sums[account]

    def _sum_up(self, account: Account) -> Sum:
        fleet, period = self._fleet(account.crowd), self.days.get(account)
        if period is None:
            return Sum(fleet)
        ended = self.snapshot.ended_on(account, self.view.owner(account))
        if account.window is Window.ROLLING:
            running = fleet.used_by_day(period.first_on, self.view.zone)
            by_day = {
                day: ended.get(day, _NOTHING) + running.get(day, _NOTHING)
                for day in {*ended, *running}
            }
            return Sum(fleet, sum(by_day.values(), Usage()), None, by_day)
        used = sum(ended.values(), Usage()) + fleet.used_since(period.starts_at)
        ends_at = min(period.ends_at, self.view.ends_at(account))
        return Sum(fleet, used, None if account.window is Window.TOTAL else ends_at)

    def _fleet(self, crowd: Account) -> Fleet:
        if crowd not in self.fleets:
            live = [group for group in self.snapshot.live if self.view.counts(crowd, group)]
            self.fleets[crowd] = Fleet(live, self.view.now, self.hold_ms)
        return self.fleets[crowd]


def _allowance(limit: Limit, total: Sum, view: Viewpoint) -> Allowance:
    if limit.window is Window.AT_ONCE:
        used, held = total.fleet.at_once(limit.unit), 0
    else:
        used, held = total.used.over_time(limit.unit), total.fleet.held.over_time(limit.unit)
    falls_out = tuple(_falls_out(limit, total, held, view))
    found = Allowance(
        limit.scope,
        limit.unit,
        limit.window,
        limit.amount,
        used,
        held,
        resets_at=total.resets_at,
        is_budget=limit.is_budget,
        profile=limit.profile,
        days=limit.days,
        workshop=view.teaching.title if view.teaching and limit.account.is_of_workshop else "",
        falls_out=falls_out,
    )
    back = found.comes_back
    return replace(found, resets_at=back[0]) if back else found


def _falls_out(
    limit: Limit, total: Sum, held: int, view: Viewpoint
) -> Iterator[tuple[datetime, int]]:
    """What a rolling window gives back, and when: a day that is over, at the midnight after which
    it does not count any more. What is held counts as used today."""
    if limit.window is not Window.ROLLING:
        return
    today, ends_at = local_day(view.now, view.zone), view.ends_at(limit.account)
    amounts = {day: used.over_time(limit.unit) for day, used in total.by_day.items()}
    amounts[today] = amounts.get(today, 0) + held
    for day, amount in sorted(amounts.items()):
        if amount:
            yield min(midnight(day + timedelta(days=limit.days), view.zone), ends_at), amount


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

    Of several, the one that lasts longest is named: what resets last decides when to come back. Of
    those on what is there now it is her own: nobody else makes room in it.
    A limit of which the server takes nothing (a GPU limit, a free profile) never refuses it.
    """
    refusals = [
        (limit, asked)
        for limit in current
        if 0 < (asked := asked_of(limit, resources, rate_micros, hold_ms)) > limit.left
    ]
    return max(refusals, key=_severity, default=None)


def _severity(refusal: tuple[Allowance, int]) -> tuple[datetime, bool]:
    """Until when it lasts: a server can be stopped at once, and some limits never start anew."""
    limit, asked = refusal
    if limit.window is Window.AT_ONCE:
        until = NEVER if asked > limit.limit else _AT_ANY_TIME
        return until, limit.scope is LimitScope.PERSON
    return limit.fits_at(asked) or NEVER, False
