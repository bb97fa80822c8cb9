"""What was paid into budgets, and which of their steps have been told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import bindparam, func, insert, select
from sqlalchemy.sql.dml import ReturningInsert

from catalyst_hub.core.budget import Step, TopUp
from catalyst_hub.core.carving import Carving
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import (
    budget_steps,
    community_days,
    top_ups,
    workshop_days,
    workshops,
)
from catalyst_hub.store.types import Day
from catalyst_hub.store.workshop_rows import TAKES_PLACE

_TOP_UPS = (
    select(*(top_ups.c[name] for name in TopUp.__slots__))
    .where(
        top_ups.c.community == bindparam("community"), top_ups.c.currency == bindparam("currency")
    )
    .order_by(top_ups.c.top_up_id)
)
_SPENT = select(func.coalesce(func.sum(community_days.c.micros), 0)).where(
    community_days.c.community == bindparam("community"),
    community_days.c.currency == bindparam("currency"),
    community_days.c.day_on >= bindparam("first_on", type_=Day()),
    community_days.c.day_on < bindparam("next_on", type_=Day()),
)
_FIRST_DAY = select(func.min(community_days.c.day_on)).where(
    community_days.c.community == bindparam("community")
)
_ENDED = (
    select(func.coalesce(func.sum(workshop_days.c.micros), 0))
    .where(
        workshop_days.c.workshop_id == workshops.c.workshop_id,
        workshop_days.c.currency == workshops.c.currency,
    )
    .scalar_subquery()
)
_CARVINGS = (
    select(workshops.c.workshop_id, workshops.c.first_on, workshops.c.budget_micros, _ENDED)
    .where(
        workshops.c.community == bindparam("community"),
        workshops.c.currency == bindparam("currency"),
        workshops.c.budget_micros.is_not(None),
        TAKES_PLACE,
        workshops.c.last_on >= bindparam("today", type_=Day()),
        workshops.c.first_on < bindparam("next_on", type_=Day()),
    )
    .order_by(workshops.c.workshop_id)
)
_TOLD = select(budget_steps.c.step).where(
    budget_steps.c.community == bindparam("community"),
    budget_steps.c.first_on == bindparam("first_on", type_=Day()),
)


class SqlBudgets(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Budgets`."""

    def top_ups(self, community: str, currency: str) -> Sequence[TopUp]:
        """All that was ever paid in or taken back in this currency, the oldest first."""
        values = {"community": community, "currency": currency}
        return [TopUp(*row) for row in self._connection.execute(_TOP_UPS, values)]

    def top_up(self, top_up: TopUp) -> None:
        """Write one down for ever, under an id of its own."""
        values = {name: getattr(top_up, name) for name in TopUp.__slots__ if name != "top_up_id"}
        self._connection.execute(insert(top_ups), {"hub": self._hub, **values})

    def spent(self, community: str, currency: str, first_on: date, next_on: date) -> int:
        """Micro-units charged for the days ``[first_on, next_on)``."""
        values = {
            "community": community,
            "currency": currency,
            "first_on": first_on,
            "next_on": next_on,
        }
        return int(self._connection.scalar(_SPENT, values) or 0)

    def first_day(self, community: str) -> date | None:
        """The first day for which anything was charged; None: there is none yet."""
        found: date | None = self._connection.scalar(_FIRST_DAY, {"community": community})
        return found

    def carvings(
        self, community: str, currency: str, today: date, next_on: date
    ) -> Sequence[Carving]:
        """What is set aside for workshops of any hub that are not over."""
        values = {
            "community": community,
            "currency": currency,
            "today": today,
            "next_on": next_on,
        }
        rows = self._connection.execute(_CARVINGS, values)
        return [Carving(number, on, budget, int(ended)) for number, on, budget, ended in rows]

    def told(self, community: str, first_on: date) -> Sequence[Step]:
        """The steps that have been told in the window that begins on this day."""
        values = {"community": community, "first_on": first_on}
        return [Step(step) for step in self._connection.scalars(_TOLD, values)]

    def tell(self, community: str, first_on: date, step: Step, now: datetime) -> bool:
        """Note that a step was reached; False: another process has told it."""
        values = {
            "community": community,
            "first_on": first_on,
            "step": step.value,
            "hub": self._hub,
            "reached_at": now,
        }
        return self._connection.scalar(_tell(self._dialect), values) is not None


@cache
def _tell(dialect: str) -> ReturningInsert[tuple[str]]:
    statement = insert_into(dialect, budget_steps).on_conflict_do_nothing()
    return statement.returning(budget_steps.c.step)
