"""What the store holds of the use of servers, and of whose are spared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.spare import Spare, Wish


class ServerReports(Protocol):
    """What the extension inside each server said last."""

    def put(self, report: ServerReport) -> None:
        """Keep it in place of the one before. A use that was said before is not taken back."""

    def get(self, session_id: str) -> ServerReport | None:
        """The one of a session of this hub."""

    def of_live(self) -> Mapping[str, ServerReport]:
        """Those of this hub's live sessions, by session."""


class Spares(Protocol):
    """Champions' words that somebody's servers are not stopped as idle for a while."""

    def add(self, community: str, wish: Wish, actor: str, now: datetime) -> Spare:
        """A new one."""

    def in_force(self, now: datetime) -> Sequence[Spare]:
        """All of this hub that count now."""

    def get(self, spare_id: int) -> Spare | None:
        """One of this hub."""

    def of(self, community: str) -> Sequence[Spare]:
        """The latest of a community, the newest first."""

    def revoke(self, spare_id: int, actor: str, now: datetime) -> bool:
        """End it before its time; False: somebody had."""
