"""Accounts: whose use a limit counts, of which profile, and over which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.window import (
    NEVER,
    Period,
    Window,
    local_day,
    midnight,
    period_at,
    period_between,
    period_since,
)


@dataclass(frozen=True, slots=True)
class Account:
    """What is added up for a limit.

    ``profile`` None: servers of all profiles. ``days`` is the length of a rolling window, today
    included; ``since_on`` the first day that counts in total, if not all of them do.
    """

    scope: LimitScope
    window: Window
    profile: str | None = None
    days: int = 0
    since_on: date | None = None

    @property
    def is_of_workshop(self) -> bool:
        """Whether only sessions of a workshop count."""
        return Window.WORKSHOP is self.window or LimitScope.WORKSHOP is self.scope

    @property
    def crowd(self) -> Account:
        """The one of all accounts with the same servers that stands for them."""
        window = Window.WORKSHOP if self.is_of_workshop else Window.AT_ONCE
        return Account(self.scope, window, self.profile)


@dataclass(frozen=True, slots=True)
class Teaching:
    """The workshop in which somebody takes part now: its days are ``[first_on, next_on)``."""

    workshop_id: int
    title: str
    first_on: date
    next_on: date


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Whose limits are looked at, where and when.

    ``person_id`` 0 is nobody: only what is shared. ``teaching`` is None outside of workshops, and
    days are those of ``zone``.
    """

    person_id: int
    zone: str
    now: datetime
    teaching: Teaching | None = None

    def sees(self, account: Account) -> bool:
        """Whether there is such an account for her."""
        if account.scope is LimitScope.PERSON and not self.person_id:
            return False
        return self.teaching is not None or not account.is_of_workshop

    def counts(self, account: Account, group: LiveGroup) -> bool:
        """Whether live sessions are on the account, as she sees it."""
        if account.profile is not None and group.profile != account.profile:
            return False
        if account.scope is LimitScope.PERSON and group.person_id != self.person_id:
            return False
        workshop_id = self.teaching.workshop_id if self.teaching else None
        return not account.is_of_workshop or group.workshop_id == workshop_id

    def owner(self, account: Account) -> int:
        """Under whose number ended use is kept: hers, or 0 for all who share it."""
        return self.person_id if account.scope is LimitScope.PERSON else 0

    def ends_at(self, account: Account) -> datetime:
        """When there is no such account any more: those of a workshop end with it."""
        if self.teaching is None or not account.is_of_workshop:
            return NEVER
        return midnight(self.teaching.next_on, self.zone)

    def period(self, account: Account) -> Period:
        """The days that count. Raises ValueError for an account without any."""
        match account.window:
            case Window.ROLLING:
                tomorrow = local_day(self.now, self.zone) + timedelta(days=1)
                first_on = tomorrow - timedelta(days=account.days)
                return period_between(first_on, tomorrow, self.zone)
            case Window.WORKSHOP if self.teaching is not None:
                return period_between(self.teaching.first_on, self.teaching.next_on, self.zone)
            case Window.TOTAL:
                return period_since(account.since_on, self.zone)
            case window:
                return period_at(window, self.zone, self.now)


#: Use by day; where days do not matter, all of it under the first.
ByDay = Mapping[date, Usage]


@dataclass(frozen=True, slots=True)
class UsageSnapshot:
    """What admission reads, under the community's lock, in canonical integers.

    ``ended`` holds closed sessions' use by account and owner (see :meth:`Viewpoint.owner`), of
    rolling windows by day; ``live`` every reserved or running session of the community.
    """

    ended: Mapping[tuple[Account, int], ByDay]
    live: Sequence[LiveGroup]

    def ended_on(self, account: Account, owner: int) -> ByDay:
        """Empty where nothing was used."""
        return self.ended.get((account, owner), {})


def periods(accounts: Iterable[Account], view: Viewpoint) -> dict[Account, Period]:
    """The days of every account that counts over time."""
    over_time = {account for account in accounts if account.window is not Window.AT_ONCE}
    return {account: view.period(account) for account in sorted(over_time, key=_order)}


def _order(account: Account) -> tuple[str, str, str, int, str]:
    """Always the same, so that the store asks in the same words."""
    return (
        account.scope,
        account.window,
        account.profile or "",
        account.days,
        str(account.since_on or ""),
    )
