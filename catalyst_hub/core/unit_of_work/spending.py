"""What the store holds of budgets: what was paid in, and which steps have been told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.budget import Step, TopUp
from catalyst_hub.core.carving import Carving


class Budgets(Protocol):
    """Budgets span the hubs that share the database, as limits do."""

    def top_ups(self, community: str, currency: str) -> Sequence[TopUp]:
        """All that was ever paid in or taken back in this currency, the oldest first."""

    def top_up(self, top_up: TopUp) -> None:
        """Write one down for ever, under an id of its own."""

    def spent(self, community: str, currency: str, first_on: date, next_on: date) -> int:
        """Micro-units charged for the days ``[first_on, next_on)``."""

    def first_day(self, community: str) -> date | None:
        """The first day for which anything was charged; None: there is none yet."""

    def carvings(
        self, community: str, currency: str, today: date, next_on: date
    ) -> Sequence[Carving]:
        """What is set aside for workshops of any hub that take place, are not over on this day and
        begin before ``next_on``."""

    def told(self, community: str, first_on: date) -> Sequence[Step]:
        """The steps that have been told in the window that begins on this day."""

    def tell(self, community: str, first_on: date, step: Step, now: datetime) -> bool:
        """Note that a step was reached; False: another process has told it."""
