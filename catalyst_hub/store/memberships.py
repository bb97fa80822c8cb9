"""Who belongs where, and whether a rule of the file or a champion's hand granted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from catalyst_hub.core.community import Role
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import memberships

_BY_RULE = "rule"

K = TypeVar("K", int, str)

_OF = (
    select(memberships.c.community, memberships.c.role)
    .where(memberships.c.hub == bindparam("hub"), memberships.c.person_id == bindparam("person_id"))
    .order_by(memberships.c.joined_at, memberships.c.membership_id)
)
_OF_BY_RULE = _OF.where(memberships.c.granted_by == _BY_RULE)
_MEMBERS = select(memberships.c.person_id, memberships.c.role).where(
    memberships.c.hub == bindparam("hub"), memberships.c.community == bindparam("community")
)


class SqlMemberships(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Memberships`."""

    def of(self, person_id: int) -> Mapping[str, Role]:
        """Role by community slug, in the order of joining."""
        values = {"hub": self._hub, "person_id": person_id}
        return _highest(self._connection.execute(_OF, values))

    def replace_by_rule(
        self, person_id: int, memberships: Mapping[str, Role], now: datetime
    ) -> None:
        """Make what the file's rules grant exactly this; what was granted by hand stays."""
        values = {"hub": self._hub, "person_id": person_id}
        found = _highest(self._connection.execute(_OF_BY_RULE, values))
        for community in found.keys() - memberships.keys():
            self._leave(person_id, community)
        for community, role in memberships.items():
            if community not in found:
                self._join(person_id, community, role, now)
            elif found[community] != role:
                self._become(person_id, community, role)

    def members_of(self, community: str) -> Mapping[int, Role]:
        """Role by person id."""
        values = {"hub": self._hub, "community": community}
        return _highest(self._connection.execute(_MEMBERS, values))

    def _join(self, person_id: int, community: str, role: Role, now: datetime) -> None:
        self._connection.execute(
            insert(memberships).values(
                hub=self._hub,
                person_id=person_id,
                community=community,
                role=role.value,
                granted_by=_BY_RULE,
                joined_at=now,
            )
        )

    def _become(self, person_id: int, community: str, role: Role) -> None:
        rows = update(memberships).where(*self._granted_by_rule(person_id, community))
        self._connection.execute(rows.values(role=role.value))

    def _leave(self, person_id: int, community: str) -> None:
        rows = delete(memberships).where(*self._granted_by_rule(person_id, community))
        self._connection.execute(rows)

    def _granted_by_rule(self, person_id: int, community: str) -> tuple[ColumnElement[bool], ...]:
        columns = memberships.c
        return (
            columns.hub == self._hub,
            columns.person_id == person_id,
            columns.community == community,
            columns.granted_by == _BY_RULE,
        )


def _highest(rows: Iterable[tuple[K, str]]) -> dict[K, Role]:
    """One role for each key; champion wins over member, the first row gives the place."""
    roles: dict[K, Role] = {}
    for key, role in rows:
        if roles.get(key) is not Role.CHAMPION:
            roles[key] = Role(role)
    return roles
