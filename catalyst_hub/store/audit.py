"""Who did what; only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import insert

from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import audit

_ADD = insert(audit)


class SqlAudit(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Audit`."""

    def add(
        self,
        now: datetime,
        actor: str,
        action: str,
        *,
        community: str | None = None,
        subject: str | None = None,
        facts: Mapping[str, object] | None = None,
    ) -> None:
        """Write one line."""
        values = {
            "hub": self._hub,
            "at": now,
            "actor": actor,
            "action": action,
            "community": community,
            "subject": subject,
            "facts": facts,
        }
        self._connection.execute(_ADD, values)
