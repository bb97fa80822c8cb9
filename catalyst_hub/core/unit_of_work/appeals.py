"""What the store holds of people who ask for more than a limit allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.appeal import Answer, Appeal
from catalyst_hub.core.denial import Allowance


class Appeals(Protocol):
    """Appeals to champions, open and answered."""

    def add(
        self,
        community: str,
        person_id: int,
        limit: Allowance,
        currency: str,
        message: str,
        now: datetime,
    ) -> int | None:
        """The id of a new open appeal; None: she has one there already."""

    def get(self, appeal_id: int) -> Appeal | None:
        """An appeal of this hub."""

    def of(self, person_id: int) -> Sequence[Appeal]:
        """The latest that a person has made, the newest first."""

    def open_in(self, community: str) -> Sequence[Appeal]:
        """The open ones of people who belong there, the oldest first."""

    def answer(
        self, appeal_id: int, answer: Answer, actor: str, now: datetime, reply: str = ""
    ) -> bool:
        """Answer an open one; False: it is not open any more."""
