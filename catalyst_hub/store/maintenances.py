"""When the hub, or one community of it, pauses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from catalyst_hub.core.maintenance import Maintenance, Pause
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import maintenances
from catalyst_hub.store.types import Instant

_OF_HUB = select(
    maintenances.c.maintenance_id,
    maintenances.c.made_by,
    maintenances.c.made_at,
    maintenances.c.ended_by,
    maintenances.c.ended_at,
    maintenances.c.community,
    maintenances.c.message,
    maintenances.c.starts_at,
    maintenances.c.ends_at,
    maintenances.c.drain_at,
).where(maintenances.c.hub == bindparam("hub"))
_BY_ID = _OF_HUB.where(maintenances.c.maintenance_id == bindparam("maintenance_id"))
_CURRENT = _OF_HUB.where(
    maintenances.c.ended_at.is_(None),
    or_(
        maintenances.c.ends_at.is_(None),
        maintenances.c.ends_at > bindparam("now", type_=Instant()),
    ),
).order_by(maintenances.c.maintenance_id)
_ADD = insert(maintenances).returning(maintenances.c.maintenance_id)
_END = (
    update(maintenances)
    .where(
        maintenances.c.hub == bindparam("of_hub"),
        maintenances.c.maintenance_id == bindparam("number"),
        maintenances.c.ended_at.is_(None),
    )
    .values(ended_by=bindparam("by"), ended_at=bindparam("at", type_=Instant()))
)


class SqlMaintenances(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.maintaining.Maintenances`."""

    def current(self, now: datetime) -> Sequence[Maintenance]:
        """What is announced or on, the oldest first."""
        rows = self._connection.execute(_CURRENT, {"hub": self._hub, "now": now})
        return [_maintenance(row) for row in rows]

    def get(self, maintenance_id: int) -> Maintenance | None:
        """One of this hub's, whatever became of it."""
        values = {"hub": self._hub, "maintenance_id": maintenance_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _maintenance(row)

    def add(self, pause: Pause, actor: str, now: datetime) -> Maintenance:
        """A new one."""
        values = {
            "hub": self._hub,
            "community": pause.community,
            "message": pause.message,
            "starts_at": pause.starts_at,
            "ends_at": pause.ends_at,
            "drain_at": pause.drain_at,
            "made_by": actor,
            "made_at": now,
        }
        number = self._connection.execute(_ADD, values).scalar_one()
        # Read back: the store keeps milliseconds.
        found = self._connection.execute(_BY_ID, {"hub": self._hub, "maintenance_id": number})
        return _maintenance(found.one())

    def end(self, maintenance_id: int, actor: str, now: datetime) -> bool:
        """Somebody ends it; False when somebody had before."""
        values = {"of_hub": self._hub, "number": maintenance_id, "by": actor, "at": now}
        return self._connection.execute(_END, values).rowcount == 1


def _maintenance(row: Row[*tuple[Any, ...]]) -> Maintenance:
    number, made_by, made_at, ended_by, ended_at, *pause = row
    return Maintenance(number, Pause(*pause), made_by, made_at, ended_by, ended_at)
