"""How full people's homes are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from catalyst_hub.core.storage import HomeSize, StorageUse
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import people, storage_uses

_OWNERS = select(people.c.name, people.c.person_id).where(
    people.c.hub == bindparam("hub"), people.c.erased_at.is_(None)
)
_MEASURED = select(
    storage_uses.c.person_id,
    storage_uses.c.used_bytes,
    storage_uses.c.limit_bytes,
    storage_uses.c.measured_at,
    storage_uses.c.warned_at,
).where(storage_uses.c.hub == bindparam("hub"))
_OF = _MEASURED.where(storage_uses.c.person_id.in_(bindparam("person_ids", expanding=True)))


class SqlStorageUses(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.storing.StorageUses`."""

    def owners(self) -> Mapping[str, int]:
        """Everybody of this hub who may have a home: ids by hub name."""
        rows = self._connection.execute(_OWNERS, {"hub": self._hub})
        return {row.name: row.person_id for row in rows}

    def of(self, person_ids: Collection[int]) -> Mapping[int, StorageUse]:
        """What was measured last, of those of whom anything was."""
        values = {"hub": self._hub, "person_ids": list(person_ids)}
        return _uses(self._connection.execute(_OF, values))

    def measured(self) -> Mapping[int, StorageUse]:
        """The same of everybody."""
        return _uses(self._connection.execute(_MEASURED, {"hub": self._hub}))

    def record(self, person_id: int, size: HomeSize, now: datetime) -> None:
        """What was measured now; whether she was warned stays as it is."""
        measured = {
            "used_bytes": size.used_bytes,
            "limit_bytes": size.limit_bytes,
            "measured_at": now,
        }
        self._connection.execute(
            insert_into(self._dialect, storage_uses)
            .values(person_id=person_id, hub=self._hub, **measured)
            .on_conflict_do_update(index_elements=[storage_uses.c.person_id], set_=measured)
        )

    def set_warned(self, person_id: int, at: datetime | None) -> None:
        """She was warned then; None: the next warning is a new one."""
        self._connection.execute(
            update(storage_uses)
            .where(storage_uses.c.hub == self._hub, storage_uses.c.person_id == person_id)
            .values(warned_at=at)
        )


def _uses(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, StorageUse]:
    return {
        person_id: StorageUse(HomeSize(used, limit), measured_at, warned_at)
        for person_id, used, limit, measured_at, warned_at in rows
    }
