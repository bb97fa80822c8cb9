"""Who did what; only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, bindparam, insert, or_, select

from catalyst_hub.core.unit_of_work import AuditLine
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import audit

_ADD = insert(audit)
_LATEST = (
    select(audit.c.at, audit.c.actor, audit.c.action, audit.c.subject, audit.c.facts)
    .where(
        audit.c.hub == bindparam("hub"),
        audit.c.community == bindparam("community"),
        or_(
            audit.c.action.in_(bindparam("actions", expanding=True)),
            and_(
                audit.c.action.in_(bindparam("of_others", expanding=True)),
                audit.c.actor != audit.c.subject,
            ),
        ),
    )
    .order_by(audit.c.audit_id.desc())
    .limit(bindparam("limit"))
)


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

    def latest(
        self, community: str, actions: Sequence[str], limit: int, *, of_others: Sequence[str] = ()
    ) -> Sequence[AuditLine]:
        """The last lines about a community, the newest first: all of ``actions``, and those of
        ``of_others`` that somebody did for somebody else."""
        values = {
            "community": community,
            "actions": list(actions),
            "of_others": list(of_others),
            "limit": limit,
        }
        rows = self._connection.execute(_LATEST, {"hub": self._hub, **values})
        return [AuditLine(*row[:4], row.facts or {}) for row in rows]
