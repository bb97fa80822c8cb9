"""Exceptions: who is allowed more than a limit, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from catalyst_hub.core.exemption import Asked, Exemption
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import exceptions

_SHOWN = 200
_EXEMPTION = select(
    exceptions.c.exception_id.label("exemption_id"),
    exceptions.c.community,
    exceptions.c.person_id,
    exceptions.c.unit,
    exceptions.c.window,
    exceptions.c.profile,
    exceptions.c.days,
    exceptions.c.amount,
    exceptions.c.reason,
    exceptions.c.made_by,
    exceptions.c.made_at,
    exceptions.c.expires_at,
    exceptions.c.revoked_by,
    exceptions.c.revoked_at,
)
_CURRENT = _EXEMPTION.where(
    exceptions.c.revoked_at.is_(None), exceptions.c.expires_at > bindparam("now")
)
_IN_FORCE = _CURRENT.where(exceptions.c.community == bindparam("community"))
_OF_PERSON = _CURRENT.where(exceptions.c.person_id == bindparam("person_id")).order_by(
    exceptions.c.expires_at, exceptions.c.exception_id
)
_OF_HUB = _EXEMPTION.where(exceptions.c.hub == bindparam("hub"))
_BY_ID = _OF_HUB.where(exceptions.c.exception_id == bindparam("exemption_id"))
_LATEST = (
    _OF_HUB.where(exceptions.c.community == bindparam("community"))
    .order_by(exceptions.c.exception_id.desc())
    .limit(_SHOWN)
)
_ADD = insert(exceptions).returning(exceptions.c.exception_id)


class SqlExemptions(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.limiting.Exemptions`."""

    def add(
        self,
        community: str,
        person_id: int | None,
        asked: Asked,
        actor: str,
        now: datetime,
        expires_at: datetime,
    ) -> Exemption:
        """A new one."""
        values: dict[str, Any] = {
            "community": community,
            "person_id": person_id,
            "unit": asked.unit,
            "window": asked.window,
            "profile": asked.profile,
            "days": asked.days,
            "amount": asked.amount,
            "reason": asked.reason,
            "made_by": actor,
            "made_at": now,
            "expires_at": expires_at,
        }
        words = {"unit": asked.unit.value, "window": asked.window.value}
        row = values | words | {"hub": self._hub}
        return Exemption(self._connection.execute(_ADD, row).scalar_one(), **values)

    def in_force(self, community: str, now: datetime) -> Sequence[Exemption]:
        """All that count now, over every hub that shares the database, as limits do."""
        values = {"community": community, "now": now}
        return [_exemption(row) for row in self._connection.execute(_IN_FORCE, values)]

    def of_person(self, person_id: int, now: datetime) -> Sequence[Exemption]:
        """Of those, the ones for one person, in whichever community; the first to end first."""
        values = {"person_id": person_id, "now": now}
        return [_exemption(row) for row in self._connection.execute(_OF_PERSON, values)]

    def get(self, exemption_id: int) -> Exemption | None:
        """One of this hub."""
        values = {"hub": self._hub, "exemption_id": exemption_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _exemption(row)

    def of(self, community: str) -> Sequence[Exemption]:
        """The latest of a community at this hub, the newest first."""
        values = {"hub": self._hub, "community": community}
        return [_exemption(row) for row in self._connection.execute(_LATEST, values)]

    def revoke(self, exemption_id: int, actor: str, now: datetime) -> bool:
        """End it before its time; False: somebody had."""
        changed = self._connection.execute(
            update(exceptions)
            .where(
                exceptions.c.hub == self._hub,
                exceptions.c.exception_id == exemption_id,
                exceptions.c.revoked_at.is_(None),
            )
            .values(revoked_by=actor, revoked_at=now)
        )
        return changed.rowcount == 1


def _exemption(row: Row[*tuple[Any, ...]]) -> Exemption:
    words = {"unit": Unit(row.unit), "window": Window(row.window)}
    return Exemption(**dict(row._mapping) | words)
