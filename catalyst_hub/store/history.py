"""Servers that ran at some time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from catalyst_hub.core.resources import Resources
from catalyst_hub.core.trial import Run
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import people, sessions

_SESSION = (
    sessions.c.profile,
    sessions.c.cpu_milli,
    sessions.c.memory_bytes,
    sessions.c.gpu,
    sessions.c.reserved_at,
    sessions.c.ended_at,
)


class SqlHistory(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.limiting.History`."""

    def runs(
        self,
        community: str,
        starts_at: datetime,
        ends_at: datetime,
        now: datetime,
        *,
        has_names: bool,
    ) -> Sequence[Run]:
        """The servers of a community that were there in ``[starts_at, ends_at)``, at this hub."""
        who = people.c.name if has_names else people.c.pseudonym
        statement = (
            select(who, *_SESSION)
            .join_from(sessions, people)
            .where(
                sessions.c.hub == self._hub,
                sessions.c.community == community,
                sessions.c.running_at.is_not(None),
                sessions.c.reserved_at < ends_at,
                or_(sessions.c.ended_at.is_(None), sessions.c.ended_at > starts_at),
            )
            .order_by(sessions.c.reserved_at, sessions.c.session_id)
        )
        return [
            Run(name, profile, Resources(*sizes), reserved_at, ended_at or now)
            for name, profile, *sizes, reserved_at, ended_at in self._connection.execute(statement)
        ]
