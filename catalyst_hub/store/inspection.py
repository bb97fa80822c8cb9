"""The store looked at as a whole, some rows at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    text,
    union_all,
)

from catalyst_hub.core.inspection import Breach, Invariant
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session
from catalyst_hub.core.sums import SomePeople
from catalyst_hub.store import tables
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.sessions import session_of
from catalyst_hub.store.sums import communities_in
from catalyst_hub.store.tables import IS_LIVE, USAGE, ledger_entries, metadata, people, sessions

#: A step may read for longer than a person would wait; it holds no lock that anybody minds.
_PATIENCE = "SET LOCAL statement_timeout = '60s'"
_ONE_INSTANT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"

#: Of tables in which names can be replaced, PostgreSQL has a trigger more.
_TWO = ("append_only", "no_update")
#: What keeps ledger, top-ups and audit as they were written.
_TRIGGERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "sqlite": frozenset(
            f"{table}_no_{verb}"
            for table in ("ledger_entries", "audit", "top_ups")
            for verb in ("update", "delete")
        ),
        "postgresql": frozenset(
            {
                "ledger_entries_append_only",
                *(f"{table}_{what}" for table in ("audit", "top_ups") for what in _TWO),
            }
        ),
    }
)
_TRIGGERS_THERE = MappingProxyType(
    {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
    }
)
_UNCHECKED_KEYS = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"

_SESSIONS = select(sessions).where(
    sessions.c.hub == bindparam("hub"),
    sessions.c.person_id.between(bindparam("first_id"), bindparam("last_id")),
)
_DOUBLES = (
    select(sessions.c.user_name, sessions.c.server_name, func.count())
    .where(sessions.c.hub == bindparam("hub"), IS_LIVE)
    .group_by(sessions.c.user_name, sessions.c.server_name)
    .having(func.count() > 1)
)
_OF_NOBODY = (
    select(sessions.c.session_id)
    .join_from(
        sessions,
        people,
        (people.c.person_id == sessions.c.person_id) & (people.c.hub == sessions.c.hub),
        isouter=True,
    )
    .where(sessions.c.hub == bindparam("hub"), people.c.person_id.is_(None))
    .limit(100)
)
#: Tables whose key begins with the community.
_BY_COMMUNITY = (
    tables.person_days,
    tables.community_days,
    tables.profile_days,
    tables.person_months,
    tables.community_months,
)


class SqlInspection(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.upkeep.Inspection`."""

    def take_snapshot(self) -> None:
        """Let all that is read from here on be of one instant; in SQLite it always is."""
        if self._dialect == "postgresql":
            self._connection.exec_driver_sql(_ONE_INSTANT)
            self._connection.exec_driver_sql(_PATIENCE)

    def schema(self) -> Sequence[Breach]:
        """Guards of the database that are missing, and rows that these would have refused."""
        return [*self._missing_triggers(), *self._unchecked_keys(), *self._strays()]

    def table_after(self, name: str) -> str | None:
        """The next table by name; None: that was the last."""
        return min((table for table in metadata.tables if table > name), default=None)

    def table(self, name: str) -> Sequence[Breach]:
        """Pages and indexes that do not agree, and references that lead nowhere. PostgreSQL
        holds its own together; pg_amcheck looks at its pages."""
        if self._dialect != "sqlite":
            return []
        said = self._connection.exec_driver_sql(f'PRAGMA integrity_check("{name}")').scalars()
        damage = [Breach(Invariant.FILE, name, line) for line in said if line != "ok"]
        lost = self._connection.exec_driver_sql(f'PRAGMA foreign_key_check("{name}")').all()
        return damage + [
            Breach(Invariant.FOREIGN_KEYS, f"{name} {row[1]}", f"there is no such row in {row[2]}")
            for row in lost
        ]

    def people_after(self, person_id: int, count: int) -> SomePeople | None:
        """The next persons of this hub; None: there are no more."""
        found = self._connection.scalars(
            select(people.c.person_id)
            .where(people.c.hub == self._hub, people.c.person_id > person_id)
            .order_by(people.c.person_id)
            .limit(count)
        ).all()
        return SomePeople(person_id + 1, found[-1]) if found else None

    def sessions(self, people: SomePeople) -> Sequence[tuple[Session, Mapping[date, Usage]]]:
        """Their sessions, each with the sums of its entries by day."""
        values = {"hub": self._hub, "first_id": people.first_id, "last_id": people.last_id}
        charged: dict[str, dict[date, Usage]] = defaultdict(dict)
        for session_id, day, *amounts in self._connection.execute(_CHARGED, values):
            usage = Usage(*amounts)
            if usage != Usage():
                charged[session_id][day] = usage
        rows = self._connection.execute(_SESSIONS, values)
        return [(session_of(row), charged.get(row.session_id, {})) for row in rows]

    def community_after(self, slug: str) -> str | None:
        """The next community that has sums; None: that was the last."""
        found = union_all(*map(communities_in, _BY_COMMUNITY)).subquery()
        following = select(func.min(found.c.slug)).where(found.c.slug > slug)
        community: str | None = self._connection.scalar(following)
        return community

    def _missing_triggers(self) -> Iterator[Breach]:
        there = set(self._connection.scalars(text(_TRIGGERS_THERE[self._dialect])))
        for name in sorted(_TRIGGERS[self._dialect] - there):
            yield Breach(Invariant.APPEND_ONLY, name, "this trigger is missing or switched off")

    def _unchecked_keys(self) -> Iterator[Breach]:
        if self._dialect == "postgresql":
            for name in self._connection.scalars(text(_UNCHECKED_KEYS)):
                yield Breach(Invariant.FOREIGN_KEYS, name, "this constraint is not validated")

    def _strays(self) -> Iterator[Breach]:
        of_hub = {"hub": self._hub}
        for user, server, count in self._connection.execute(_DOUBLES, of_hub):
            row = f"{user}/{server}"
            yield Breach(Invariant.ONE_LIVE, row, f"has {count} sessions at once")
        for session_id in self._connection.scalars(_OF_NOBODY, of_hub):
            yield Breach(Invariant.PERSON, session_id, "its person is not a person of this hub")


def _entries(kind: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Each kind of entry has an index of its own, which is used where the kind is written out."""
    entry = ledger_entries.c
    return (
        select(entry.session_id, entry.day_on, *(entry[name] for name in USAGE))
        .join_from(sessions, ledger_entries, entry.session_id == sessions.c.session_id)
        .where(
            sessions.c.hub == bindparam("hub"),
            sessions.c.person_id.between(bindparam("first_id"), bindparam("last_id")),
            entry.kind == kind,
        )
    )


_ENTRIES = union_all(
    _entries(literal_column("'charge'")), _entries(literal_column("'correction'"))
).subquery()
_CHARGED = select(
    _ENTRIES.c.session_id,
    _ENTRIES.c.day_on,
    *(cast(func.sum(_ENTRIES.c[name]), BigInteger) for name in USAGE),
).group_by(_ENTRIES.c.session_id, _ENTRIES.c.day_on)
