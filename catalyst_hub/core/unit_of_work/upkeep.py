"""What keeps the store sound: looking at it as a whole, and mending sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

from catalyst_hub.core.inspection import Breach
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session
from catalyst_hub.core.sums import Difference, Part, SomePeople, SumsOf

if TYPE_CHECKING:
    from catalyst_hub.core.retention import Kept


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


class Details(Protocol):
    """Rows that name people and are old. A row is named by the columns of its key."""

    def old_sessions(self, people: SomePeople, before: datetime) -> Sequence[tuple[str]]:
        """Their sessions that were over by then and still name somebody."""

    def old_lines(self, after: int, before: datetime, count: int) -> tuple[Sequence[int], int]:
        """Lines of the audit behind ``after`` that tell of sessions, and up to which line that
        is: ``after`` itself when there are no older ones any more."""

    def lines_done(self) -> int:
        """The line up to which the audit has been tidied."""

    def old_rows(self, kept: Kept, before: datetime) -> Sequence[tuple[object, ...]]:
        """Rows of other tables that are over and done with since then."""

    def forget(self, kept: Kept, keys: Sequence[tuple[object, ...]], before: datetime) -> int:
        """Empty or delete those of the rows that are old still; how many there were."""
