"""Whose servers are not stopped as idle for a while, by a champion's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from catalyst_hub.core.spare import Spare, Wish
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import spares

_SHOWN = 200
_SPARE = select(
    spares.c.spare_id,
    spares.c.community,
    spares.c.person_id,
    spares.c.reason,
    spares.c.made_by,
    spares.c.made_at,
    spares.c.expires_at,
    spares.c.revoked_by,
    spares.c.revoked_at,
).where(spares.c.hub == bindparam("hub"))
_IN_FORCE = _SPARE.where(spares.c.revoked_at.is_(None), spares.c.expires_at > bindparam("now"))
_BY_ID = _SPARE.where(spares.c.spare_id == bindparam("spare_id"))
_LATEST = (
    _SPARE.where(spares.c.community == bindparam("community"))
    .order_by(spares.c.spare_id.desc())
    .limit(_SHOWN)
)
_ADD = insert(spares).returning(spares.c.spare_id)


class SqlSpares(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.culling.Spares`."""

    def add(self, community: str, wish: Wish, actor: str, now: datetime) -> Spare:
        """A new one."""
        values: dict[str, Any] = {
            "community": community,
            "person_id": wish.person_id,
            "reason": wish.reason,
            "made_by": actor,
            "made_at": now,
            "expires_at": wish.expires_at,
        }
        made = self._connection.execute(_ADD, values | {"hub": self._hub})
        return Spare(made.scalar_one(), **values)

    def in_force(self, now: datetime) -> Sequence[Spare]:
        """All of this hub that count now."""
        return self._all(_IN_FORCE, now=now)

    def get(self, spare_id: int) -> Spare | None:
        """One of this hub."""
        return next(iter(self._all(_BY_ID, spare_id=spare_id)), None)

    def of(self, community: str) -> Sequence[Spare]:
        """The latest of a community, the newest first."""
        return self._all(_LATEST, community=community)

    def revoke(self, spare_id: int, actor: str, now: datetime) -> bool:
        """End it before its time; False: somebody had."""
        changed = self._connection.execute(
            update(spares)
            .where(
                spares.c.hub == self._hub,
                spares.c.spare_id == spare_id,
                spares.c.revoked_at.is_(None),
            )
            .values(revoked_by=actor, revoked_at=now)
        )
        return changed.rowcount == 1

    def _all(self, statement: Any, **values: object) -> Sequence[Spare]:
        rows = self._connection.execute(statement, {"hub": self._hub, **values})
        return [Spare(**row._mapping) for row in rows]
