"""What the store holds of servers that are going to be stopped, and of what was asked then."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.session import Session


class Notices(Protocol):
    """Sessions whose owners have been told that their servers will be stopped."""

    def of_live(
        self, reasons: Collection[Reason] = frozenset(Reason), user_name: str | None = None
    ) -> Mapping[str, Notice]:
        """By session, as long as the session is live; of several the one that is due first.
        Everybody's, or those of one person's servers."""

    def give(self, notice: Notice) -> None:
        """Keep it; one that was given before stays as it is."""

    def withdraw(self, notice: Notice) -> None:
        """The server may run on."""

    def put_off(self, notice: Notice, stop_at: datetime, by: str, now: datetime) -> None:
        """Its owner keeps the server until then."""

    def times_kept(self, notice: Notice, since: datetime | None = None) -> int:
        """How often its stop was put off for this reason; of late only, ``since`` then."""

    def kept(self) -> Mapping[str, Mapping[Reason, datetime]]:
        """Until when owners of live servers have put off their stops at most, by session."""

    def remind(self, notice: Notice) -> None:
        """She has been told so often as ``notice.reminders`` says."""

    def carry_out(self, notice: Notice, now: datetime) -> None:
        """The Hub is asked to stop the server."""

    def carried_out(self, user_name: str) -> Sequence[tuple[Session, Notice]]:
        """A person's sessions that ended by a notice which she has not dismissed, the newest
        first."""

    def dismiss(self, notice: Notice, now: datetime) -> None:
        """She has read why."""
