"""Accepted versions of the communities file, in the order in which they came into force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from catalyst_hub.core.unit_of_work import PolicyVersion
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import policy_versions

_NEWEST_FIRST = (
    select(policy_versions.c.version, policy_versions.c.text, policy_versions.c.accepted_at)
    .where(policy_versions.c.hub == bindparam("hub"))
    .order_by(policy_versions.c.acceptance_id.desc())
    .limit(1)
)
_ACTIVE_VERSION = _NEWEST_FIRST.with_only_columns(policy_versions.c.version)


class SqlPolicies(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Policies`."""

    def active(self) -> PolicyVersion | None:
        """The version in force."""
        row = self._connection.execute(_NEWEST_FIRST, {"hub": self._hub}).one_or_none()
        return None if row is None else PolicyVersion(*row)

    def active_version(self) -> str | None:
        """Only the name of the version in force: cheap enough to ask every time."""
        return self._connection.scalar(_ACTIVE_VERSION, {"hub": self._hub})

    def accept(self, version: str, text: str, now: datetime) -> None:
        """Put a version into force; one that is in force already stays as it is."""
        if self.active_version() != version:
            values = {"hub": self._hub, "version": version, "text": text, "accepted_at": now}
            self._connection.execute(insert(policy_versions), values)


def hubs_with_policies(connection: Connection) -> list[str]:
    """The hubs that have ever accepted a communities file into this database."""
    return list(connection.scalars(select(policy_versions.c.hub).distinct()))
