"""What the store holds of people who leave after a workshop."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from catalyst_hub.core.farewell import Guest


class Farewells(Protocol):
    """Guests of workshops that are over, and what they were told."""

    def guests(
        self, providers: Collection[str], today: date, user_name: str | None = None
    ) -> Sequence[Guest]:
        """Everybody (or one person), once, who came for workshops alone whose last days are not
        after ``today``, whose people go, and who has not chosen to stay. ``providers`` are those
        of workshop accounts."""

    def is_told(self, user_name: str) -> bool:
        """Whether she has had a notice and has not chosen to stay."""

    def tell(self, workshop_id: int, person_id: int, now: datetime) -> None:
        """Note that she has had one notice more."""

    def keep(self, person_id: int, now: datetime) -> bool:
        """She stays; False: nothing is to be called off, or not any more."""

    def begin(self, workshop_id: int, person_id: int, now: datetime) -> bool:
        """Her removal begins; False: it has before, or she stays."""

    def has_begun(self, person_id: int) -> bool:
        """Whether her removal has begun, after whichever workshop."""
