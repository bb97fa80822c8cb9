"""What keeps the store sound: looking at it as a whole, and mending sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from catalyst_hub.core.inspection import Breach
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session
from catalyst_hub.core.sums import Difference, Part, SomePeople, SumsOf


class Inspection(Protocol):
    """Reads of the whole store, some rows at a time."""

    def take_snapshot(self) -> None:
        """Let all that is read from here on be of one instant. To be called first."""

    def schema(self) -> Sequence[Breach]:
        """Guards of the database that are missing, and rows that these would have refused."""

    def table_after(self, name: str) -> str | None:
        """The next table by name; None: that was the last."""

    def table(self, name: str) -> Sequence[Breach]:
        """Pages and indexes that do not agree, and references that lead nowhere."""

    def people_after(self, person_id: int, count: int) -> SomePeople | None:
        """The next persons who may have sessions; None: there are no more."""

    def sessions(self, people: SomePeople) -> Sequence[tuple[Session, Mapping[date, Usage]]]:
        """Their sessions, each with the sums of its entries by day."""

    def community_after(self, slug: str) -> str | None:
        """The next community that has sums; None: that was the last."""


class Sums(Protocol):
    """The sums beside the ledger, as far as they differ from what they are made of."""

    def differences(self, sums: SumsOf, part: Part, limit: int) -> Sequence[Difference]:
        """What is missing (or, below zero, too much), at most so many rows of it."""

    def repairs(self) -> int:
        """How often sums were repaired: a number that changes with each :meth:`repair`."""

    def repair(self, sums: SumsOf, differences: Sequence[Difference], repairs: int) -> bool:
        """Add what is missing, unless somebody has repaired since ``repairs`` was read."""
