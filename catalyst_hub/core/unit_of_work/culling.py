"""What the store holds of the use of servers, and of whose are spared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from catalyst_hub.core.server_report import ServerReport


class ServerReports(Protocol):
    """What the extension inside each server said last."""

    def put(self, report: ServerReport) -> None:
        """Keep it in place of the one before. A use that was said before is not taken back."""

    def get(self, session_id: str) -> ServerReport | None:
        """The one of a session of this hub."""

    def of_live(self) -> Mapping[str, ServerReport]:
        """Those of this hub's live sessions, by session."""
