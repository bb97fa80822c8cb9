"""Signs of life of the processes beside the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import heartbeats

_LAST = select(heartbeats.c.last_at).where(
    heartbeats.c.hub == bindparam("hub"), heartbeats.c.process == bindparam("process")
)
_ALL = select(heartbeats.c.process, heartbeats.c.last_at).where(
    heartbeats.c.hub == bindparam("hub")
)


class SqlHeartbeats(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Heartbeats`."""

    def beat(self, process: str, now: datetime) -> None:
        """This process is alive and has done its round."""
        values = {"hub": self._hub, "process": process, "last_at": now}
        self._connection.execute(_beat(self._dialect), values)

    def last(self, process: str) -> datetime | None:
        """When it last was."""
        return self._connection.scalar(_LAST, {"hub": self._hub, "process": process})

    def all(self) -> Mapping[str, datetime]:
        """When each of this hub's processes last was, by its name."""
        rows = self._connection.execute(_ALL, {"hub": self._hub})
        return {row.process: row.last_at for row in rows}


@cache
def _beat(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(dialect, heartbeats)
    return statement.on_conflict_do_update(
        index_elements=[heartbeats.c.hub, heartbeats.c.process],
        set_={"last_at": statement.excluded.last_at},
    )
