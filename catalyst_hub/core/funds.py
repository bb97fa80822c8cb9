"""The money behind a budget, as the store knows it now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.budget import (
    Budget,
    Frame,
    Pace,
    credit_of,
    frame_of,
    pace,
    prepaid_pace,
)
from catalyst_hub.core.carving import Carving, carved_out
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window, local_day, milliseconds_since_1970


class Funds:
    """What may be spent of one community's budget: read as far as it is asked for."""

    def __init__(
        self, uow: UnitOfWork, community: Community, budget: Budget, now: datetime
    ) -> None:
        self._uow = uow
        self._community = community
        self.budget = budget
        self.top_ups = uow.budgets.top_ups(community.slug, community.currency)
        self.frame: Frame = frame_of(budget, self.top_ups, community.zone, now)
        self._now = now
        # Before the sessions that live: what ends in between is held back rather than given away.
        self._carvings = self._read_carvings()

    @property
    def limit(self) -> Limit:
        """The limit whose days are known, and whose amount is not yet."""
        return self.budget.as_limit(since_on=self.frame.current.first_on)

    def credit(self, live: Sequence[LiveGroup]) -> int:
        """What may be spent in the current days, in micro-units.

        ``live`` are the sessions of the community as they were read *before*: one that has ended
        since counts twice for a moment then, and never not at all.
        """
        spent = self._ended_before() + self._used_before(live)
        return credit_of(
            self.budget, self.frame, self.top_ups, spent, has_history=self._has_history()
        )

    def set_aside(
        self, live: Sequence[LiveGroup], hold_ms: int, for_workshop: int | None = None
    ) -> int:
        """What of it is kept for workshops, in micro-units, and so is not there for others; for the
        people of one workshop, what is kept for the others."""
        now_ms = milliseconds_since_1970(self._now)
        return carved_out(self._carvings, live, now_ms, hold_ms, for_workshop=for_workshop)

    def _read_carvings(self) -> Sequence[Carving]:
        """Those that the current days pay for: what is left of them then, the next ones pay."""
        slug, currency = self._community.slug, self._community.currency
        today = local_day(self._now, self._community.zone)
        return self._uow.budgets.carvings(slug, currency, today, self.frame.current.next_on)

    def _ended_before(self) -> int:
        before, community = self.frame.before, self._community
        if before is None:
            return 0
        days = before.first_on, before.next_on
        return self._uow.budgets.spent(community.slug, community.currency, *days)

    def _used_before(self, live: Sequence[LiveGroup]) -> int:
        """What runs across the border is charged when it ends, for the days before, too."""
        before = self.frame.before
        if before is None:
            return 0
        start, end = map(milliseconds_since_1970, (before.starts_at, before.ends_at))
        return sum(group.used_by(end).micros - group.used_by(start).micros for group in live)

    def _has_history(self) -> bool:
        if self.budget.is_prepaid or self.frame.before is None:
            return True
        first_on = self._uow.budgets.first_day(self._community.slug)
        return first_on is not None and first_on < self.frame.current.first_on


def pace_of(
    uow: UnitOfWork, community: Community, allowance: Allowance, frame: Frame, now: datetime
) -> Pace:
    """How fast the community's budget is being spent, as far as ``allowance`` says it is."""
    if allowance.window is not Window.TOTAL:
        return pace(allowance.used, allowance.limit, frame.current, now)
    live = uow.limits.snapshot(community.slug, None, {}).live
    return prepaid_pace(allowance.used, allowance.limit, frame, live, now)
