"""Who belongs where, and whether a rule of the file, an invitation or a hand granted it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, bindparam, delete, insert, select, update

from catalyst_hub.core.audit import COMMUNITIES_FILE
from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import NO_GROUNDS, Grant, Grounds, Source, highest
from catalyst_hub.core.unit_of_work import Followed
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import IS_LIVE, memberships, removals, sessions

K = TypeVar("K", int, str)

_OF = (
    select(memberships.c.community, memberships.c.role)
    .where(memberships.c.hub == bindparam("hub"), memberships.c.person_id == bindparam("person_id"))
    .order_by(memberships.c.joined_at, memberships.c.membership_id)
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
_ALL_REMOVERS = select(removals.c.person_id, removals.c.community, removals.c.removed_by).where(
    removals.c.hub == bindparam("hub")
)
_BY_RULE = select(
    memberships.c.person_id, memberships.c.community, memberships.c.role, memberships.c.grounds
).where(memberships.c.hub == bindparam("hub"), memberships.c.granted_by == Source.RULE.value)
_IN_USE = select(sessions.c.community).where(
    sessions.c.hub == bindparam("hub"), sessions.c.person_id == bindparam("person_id"), IS_LIVE
)

_JOIN = insert(memberships)


class SqlMemberships(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Memberships`."""

    def of(self, person_id: int) -> Mapping[str, Role]:
        """Role by community slug, in the order of joining."""
        values = {"hub": self._hub, "person_id": person_id}
        return highest_roles(self._connection.execute(_OF, values))

    def follow(
        self, person_id: int, belonging: Belonging, now: datetime, *, is_new: bool = False
    ) -> Followed:
        """Make what the file's rules grant exactly this, what was granted by hand stays. Of a
        person who ``is_new`` nothing is looked up."""
        grants = {} if is_new else dict(self.grants_of(person_id))
        removers = {} if is_new else self.removers(person_id)
        before = {slug: highest(reasons) for slug, reasons in grants.items()}
        blocked = self._block(person_id, belonging, grants, removers, now)
        closed = blocked | {slug for slug, by in removers.items() if by != COMMUNITIES_FILE}
        for slug in blocked & grants.keys():
            del grants[slug]
        wanted = {slug: said for slug, said in belonging.roles.items() if slug not in closed}
        for slug in list(grants):
            if slug not in wanted:
                self._keep_others(person_id, slug, grants)
        for slug, (role, why) in wanted.items():
            grant = Grant(Source.RULE, role, now, dict(why))
            self._keep_rule(person_id, slug, grant, grants)
        return Followed(before, grants)

    def _block(
        self,
        person_id: int,
        belonging: Belonging,
        joined: Iterable[str],
        removers: Mapping[str, str],
        now: datetime,
    ) -> frozenset[str]:
        """Close what the file closes, and open what only the file had closed."""
        by_file = {slug for slug, by in removers.items() if by == COMMUNITIES_FILE}
        blocked = belonging.blocked
        if belonging.is_blocked:
            blocked |= by_file | self._in_use(person_id) | frozenset(joined)
        for slug in by_file - blocked:
            self.readmit(person_id, slug)
        for slug in blocked - removers.keys():
            self.remove(person_id, slug, COMMUNITIES_FILE, now)
        return blocked

    def _in_use(self, person_id: int) -> frozenset[str]:
        """The communities in which she has a server, which may be one that let her in once."""
        values = {"hub": self._hub, "person_id": person_id}
        return frozenset(self._connection.scalars(_IN_USE, values))

    def _keep_others(self, person_id: int, slug: str, grants: dict[str, Sequence[Grant]]) -> None:
        """Take back what a rule granted."""
        others = [grant for grant in grants[slug] if grant.source is not Source.RULE]
        if len(others) < len(grants[slug]):
            self._leave(person_id, slug, Source.RULE)
        if others:
            grants[slug] = others
        else:
            del grants[slug]

    def _keep_rule(
        self, person_id: int, slug: str, grant: Grant, grants: dict[str, Sequence[Grant]]
    ) -> None:
        """Grant by rule what was not, or not so."""
        held = grants.get(slug, ())
        old = next((known for known in held if known.source is Source.RULE), None)
        if old is None:
            self._join(person_id, slug, grant)
            grants[slug] = [*held, grant]
        elif (old.role, dict(old.grounds)) != (grant.role, grant.grounds):
            self._become(person_id, slug, grant.role, grant.grounds)
            changed = replace(grant, granted_at=old.granted_at)
            grants[slug] = [changed if known is old else known for known in held]

    def by_rule(self) -> Mapping[int, Mapping[str, tuple[Role, Grounds]]]:
        """What the file's rules grant everybody: by person id, then by community."""
        granted: dict[int, dict[str, tuple[Role, Grounds]]] = {}
        for person_id, slug, role, why in self._connection.execute(_BY_RULE, {"hub": self._hub}):
            granted.setdefault(person_id, {})[slug] = Role(role), why or NO_GROUNDS
        return granted

    def members_of(self, community: str) -> Mapping[int, Role]:
        """Role by person id."""
        values = {"hub": self._hub, "community": community}
        return highest_roles(self._connection.execute(_MEMBERS, values))

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

    def all_removers(self) -> Mapping[int, Mapping[str, str]]:
        """Who removed whom: by person id, then by community."""
        closed: dict[int, dict[str, str]] = {}
        for person_id, slug, by in self._connection.execute(_ALL_REMOVERS, {"hub": self._hub}):
            closed.setdefault(person_id, {})[slug] = by
        return closed

    def removers(self, person_id: int) -> Mapping[str, str]:
        """Who removed her, by community; herself where she has left."""
        values = {"hub": self._hub, "person_id": person_id}
        return dict(tuple(row) for row in self._connection.execute(_REMOVERS, values))

    def _join(self, person_id: int, community: str, grant: Grant) -> None:
        values = {
            "hub": self._hub,
            "person_id": person_id,
            "community": community,
            "role": grant.role.value,
            "granted_by": grant.source.value,
            "joined_at": grant.granted_at,
            "grounds": grant.grounds or None,
        }
        self._connection.execute(_JOIN, values)

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


def highest_roles(rows: Iterable[tuple[K, str]]) -> dict[K, Role]:
    """One role for each key; champion wins over member, the first row gives the place."""
    roles: dict[K, Role] = {}
    for key, role in rows:
        if roles.get(key) is not Role.CHAMPION:
            roles[key] = Role(role)
    return roles
