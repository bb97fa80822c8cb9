"""Who belongs where, and whether a rule of the file, an invitation or a hand granted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import NO_GROUNDS, Grant, Grounds, Source
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import memberships, removals

K = TypeVar("K", int, str)

_OF = (
    select(memberships.c.community, memberships.c.role)
    .where(memberships.c.hub == bindparam("hub"), memberships.c.person_id == bindparam("person_id"))
    .order_by(memberships.c.joined_at, memberships.c.membership_id)
)
_OF_BY_RULE = _OF.where(memberships.c.granted_by == Source.RULE.value).with_only_columns(
    memberships.c.community, memberships.c.role, memberships.c.grounds
)
_MEMBERS = (
    select(memberships.c.person_id, memberships.c.role)
    .where(memberships.c.hub == bindparam("hub"), memberships.c.community == bindparam("community"))
    .order_by(memberships.c.joined_at, memberships.c.membership_id)
)
_GRANTS = _MEMBERS.with_only_columns(
    memberships.c.person_id,
    memberships.c.granted_by,
    memberships.c.role,
    memberships.c.joined_at,
    memberships.c.grounds,
)
_GRANTS_OF = _OF.with_only_columns(
    memberships.c.community,
    memberships.c.granted_by,
    memberships.c.role,
    memberships.c.joined_at,
    memberships.c.grounds,
)
_COMMUNITIES = (
    select(memberships.c.community).where(memberships.c.hub == bindparam("hub")).distinct()
)
_REMOVED = select(removals.c.person_id, removals.c.removed_by, removals.c.removed_at).where(
    removals.c.hub == bindparam("hub"), removals.c.community == bindparam("community")
)
_CLOSED = select(removals.c.community).where(
    removals.c.hub == bindparam("hub"), removals.c.person_id == bindparam("person_id")
)
_REMOVERS = _CLOSED.with_only_columns(removals.c.community, removals.c.removed_by)
_NO_GROUNDS: Mapping[str, Grounds] = MappingProxyType({})


class SqlMemberships(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Memberships`."""

    def of(self, person_id: int) -> Mapping[str, Role]:
        """Role by community slug, in the order of joining."""
        values = {"hub": self._hub, "person_id": person_id}
        return _highest(self._connection.execute(_OF, values))

    def replace_by_rule(
        self,
        person_id: int,
        memberships: Mapping[str, Role],
        now: datetime,
        grounds: Mapping[str, Grounds] = _NO_GROUNDS,
    ) -> None:
        """Make what the file's rules grant exactly this; what was granted by hand stays."""
        values = {"hub": self._hub, "person_id": person_id}
        rows = self._connection.execute(_OF_BY_RULE, values)
        found = {community: (role, why or {}) for community, role, why in rows}
        for community in found.keys() - memberships.keys():
            self._leave(person_id, community, Source.RULE)
        for community, role in memberships.items():
            why = dict(grounds.get(community, NO_GROUNDS))
            if community not in found:
                self._join(person_id, community, Grant(Source.RULE, role, now, why))
            elif found[community] != (role, why):
                self._become(person_id, community, role, why)

    def members_of(self, community: str) -> Mapping[int, Role]:
        """Role by person id."""
        values = {"hub": self._hub, "community": community}
        return _highest(self._connection.execute(_MEMBERS, values))

    def communities(self) -> frozenset[str]:
        """Every community with a member, in the file or not."""
        return frozenset(self._connection.scalars(_COMMUNITIES, {"hub": self._hub}))

    def grants_in(self, community: str) -> Mapping[int, Sequence[Grant]]:
        """All that lets people in, by person id; the oldest first."""
        values = {"hub": self._hub, "community": community}
        return _by_key(self._connection.execute(_GRANTS, values))

    def grants_of(self, person_id: int) -> Mapping[str, Sequence[Grant]]:
        """All that lets one person in, by community, in the order of joining."""
        values = {"hub": self._hub, "person_id": person_id}
        return _by_key(self._connection.execute(_GRANTS_OF, values))

    def grant(self, person_id: int, community: str, grant: Grant) -> None:
        """Let a person in. Of the same source, the newest grant counts."""
        self._leave(person_id, community, grant.source)
        self._join(person_id, community, grant)

    def remove(self, person_id: int, community: str, actor: str, now: datetime) -> None:
        """Take back every grant, and keep her out until she is readmitted."""
        for source in Source:
            self._leave(person_id, community, source)
        self._connection.execute(
            insert_into(self._dialect, removals)
            .values(
                hub=self._hub,
                community=community,
                person_id=person_id,
                removed_by=actor,
                removed_at=now,
            )
            .on_conflict_do_nothing()
        )

    def readmit(self, person_id: int, community: str) -> None:
        """Forget that she was removed; lets nobody in by itself."""
        self._connection.execute(
            delete(removals).where(
                removals.c.hub == self._hub,
                removals.c.community == community,
                removals.c.person_id == person_id,
            )
        )

    def removed_from(self, community: str) -> Mapping[int, tuple[str, datetime]]:
        """Who removed whom, and when, by person id."""
        values = {"hub": self._hub, "community": community}
        rows = self._connection.execute(_REMOVED, values)
        return {person_id: (actor, at) for person_id, actor, at in rows}

    def closed_to(self, person_id: int) -> frozenset[str]:
        """The communities she was removed from."""
        values = {"hub": self._hub, "person_id": person_id}
        return frozenset(self._connection.scalars(_CLOSED, values))

    def removers(self, person_id: int) -> Mapping[str, str]:
        """Who removed her, by community; herself where she has left."""
        values = {"hub": self._hub, "person_id": person_id}
        return dict(tuple(row) for row in self._connection.execute(_REMOVERS, values))

    def _join(self, person_id: int, community: str, grant: Grant) -> None:
        self._connection.execute(
            insert(memberships).values(
                hub=self._hub,
                person_id=person_id,
                community=community,
                role=grant.role.value,
                granted_by=grant.source.value,
                joined_at=grant.granted_at,
                grounds=grant.grounds or None,
            )
        )

    def _become(self, person_id: int, community: str, role: Role, grounds: Grounds) -> None:
        rows = update(memberships).where(*self._granted(person_id, community, Source.RULE))
        self._connection.execute(rows.values(role=role.value, grounds=grounds or None))

    def _leave(self, person_id: int, community: str, source: Source) -> None:
        rows = delete(memberships).where(*self._granted(person_id, community, source))
        self._connection.execute(rows)

    def _granted(
        self, person_id: int, community: str, source: Source
    ) -> tuple[ColumnElement[bool], ...]:
        columns = memberships.c
        return (
            columns.hub == self._hub,
            columns.person_id == person_id,
            columns.community == community,
            columns.granted_by == source.value,
        )


def _by_key(rows: Iterable[Row[K, str, str, datetime, Grounds | None]]) -> dict[K, list[Grant]]:
    grants: dict[K, list[Grant]] = {}
    for key, source, role, at, why in rows:
        grant = Grant(Source(source), Role(role), at, why or NO_GROUNDS)
        grants.setdefault(key, []).append(grant)
    return grants


def _highest(rows: Iterable[tuple[K, str]]) -> dict[K, Role]:
    """One role for each key; champion wins over member, the first row gives the place."""
    roles: dict[K, Role] = {}
    for key, role in rows:
        if roles.get(key) is not Role.CHAMPION:
            roles[key] = Role(role)
    return roles
