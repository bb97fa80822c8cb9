"""The sums beside the ledger, held against what they are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Delete,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
    union_all,
)

from catalyst_hub.core.resources import Usage
from catalyst_hub.core.sums import BY_PEOPLE, Difference, Part, SomePeople, SumsOf
from catalyst_hub.store import tables
from catalyst_hub.store.ledger import adding
from catalyst_hub.store.limits import SqlLimits
from catalyst_hub.store.repository import Repository, usage_columns
from catalyst_hub.store.tables import USAGE, community_locks, ledger_entries, sessions

_AMOUNTS = ("sessions", *USAGE)

#: What each is the sum of; None: of the ledger.
_MADE_OF: Mapping[SumsOf, Table | None] = MappingProxyType(
    {
        SumsOf.PERSON_DAYS: None,
        SumsOf.WORKSHOP_DAYS: None,
        SumsOf.PERSON_MONTHS: tables.person_days,
        SumsOf.COMMUNITY_DAYS: tables.person_days,
        SumsOf.PROFILE_DAYS: tables.person_days,
        SumsOf.COMMUNITY_MONTHS: tables.community_days,
    }
)

#: Keys that an entry has itself; the others are those of its session.
_OF_ENTRIES = frozenset({"day_on", "currency"})

#: A lock beside those of communities, whose names have no colon.
_REPAIR = "sums:repair"
_REPAIRS = select(community_locks.c.taken).where(community_locks.c.slug == _REPAIR)

_Rows = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]


class SqlSums(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.upkeep.Sums`."""

    def differences(self, sums: SumsOf, part: Part, limit: int) -> Sequence[Difference]:
        """What is missing (or, below zero, too much), at most so many rows of it.

        One statement, which sees entries and sums as they stand together.
        """
        table = _table(sums)
        values: dict[str, object] = {"hub": self._hub, "limit": limit}
        if isinstance(part, SomePeople):
            values |= {"first_id": part.first_id, "last_id": part.last_id}
        else:
            values["community"] = part
        names = _keys(table)
        width = len(names)
        return [
            Difference(dict(zip(names, row[:width], strict=True)), row[width], Usage(*row[-5:]))
            for row in self._connection.execute(_differences(sums), values)
        ]

    def repairs(self) -> int:
        """How often sums were repaired."""
        return self._connection.scalar(_REPAIRS) or 0

    def repair(self, sums: SumsOf, differences: Sequence[Difference], repairs: int) -> bool:
        """Add what is missing, unless somebody has repaired since ``repairs`` was read."""
        SqlLimits(self._connection, self._hub).lock(_REPAIR)
        if self.repairs() != repairs + 1:
            return False
        table = _table(sums)
        rows = [{**d.keys, "sessions": d.sessions, **usage_columns(d.usage)} for d in differences]
        self._connection.execute(adding(self._dialect, table), rows)
        self._drop_empty(table, differences)
        return True

    def _drop_empty(self, table: Table, differences: Sequence[Difference]) -> None:
        """Rows of which nothing is left were of something that never was."""
        less = [difference.keys for difference in differences if _is_less(difference)]
        if less:
            self._connection.execute(
                _dropping(table), [{f"{k}_": v for k, v in key.items()} for key in less]
            )


def _table(sums: SumsOf) -> Table:
    return tables.metadata.tables[sums]


def _keys(table: Table) -> list[str]:
    return list(table.primary_key.columns.keys())


def _is_less(difference: Difference) -> bool:
    return difference.sessions < 0 or difference.usage.server_ms < 0


@cache
def _dropping(table: Table) -> Delete:
    is_it = (column == bindparam(f"{column.name}_") for column in table.primary_key.columns)
    return delete(table).where(*is_it, *(table.c[name] == 0 for name in _AMOUNTS))


@cache
def _differences(sums: SumsOf) -> Select[*tuple[Any, ...]]:
    """Rows of the sums taken away from what they are made of; what is left is missing."""
    table, source = _table(sums), _MADE_OF[sums]
    keys = _keys(table)
    right = _of_ledger(sums) if source is None else [_of_sums(sums, source)]
    there = select(
        *(table.c[key] for key in keys), *((-table.c[name]).label(name) for name in _AMOUNTS)
    ).where(*_within(sums, table))
    rows = union_all(*right, there).subquery()
    amounts = [cast(func.sum(rows.c[name]), BigInteger) for name in _AMOUNTS]
    own_keys = [rows.c[key] for key in keys]
    return (
        select(*own_keys, *amounts)
        .group_by(*own_keys)
        .having(or_(*(amount != 0 for amount in amounts)))
        .order_by(*own_keys)
        .limit(bindparam("limit"))
    )


def _of_sums(sums: SumsOf, source: Table) -> Select[*tuple[Any, ...]]:
    keys = _keys(_table(sums))
    columns = [_month(source) if key == "month_on" else source.c[key] for key in keys]
    amounts = [func.sum(source.c[name]).label(name) for name in _AMOUNTS]
    return select(*columns, *amounts).where(*_within(sums, source)).group_by(*columns)


def _month(source: Table) -> ColumnElement[Any]:
    day = type_coerce(source.c.day_on, String)
    month = func.substr(day, 1, literal_column("7")).op("||")(literal_column("'-01'"))
    return type_coerce(month, source.c.day_on.type).label("month_on")


def _of_ledger(sums: SumsOf) -> list[Select[*tuple[Any, ...]]]:
    """Entry by entry. Charges and corrections apart: each kind has an index of its own, which is
    used only where the kind is written out."""
    return [_entries(sums, literal_column(f"'{kind}'")) for kind in ("charge", "correction")]


def _entries(sums: SumsOf, kind: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    entry, session = ledger_entries.c, sessions.c
    begun = case(
        (entry.starts_at != session.running_at, 0),
        (entry.server_ms > 0, 1),
        (entry.server_ms < 0, -1),
        else_=0,
    )
    keys = [entry[key] if key in _OF_ENTRIES else session[key] for key in _keys(_table(sums))]
    found = (
        select(*keys, begun.label("sessions"), *(entry[name] for name in USAGE))
        .join_from(sessions, ledger_entries, entry.session_id == session.session_id)
        .where(session.hub == bindparam("hub"), entry.kind == kind, _of_people(sessions))
    )
    return found.where(session.workshop_id.is_not(None)) if sums == SumsOf.WORKSHOP_DAYS else found


def _within(sums: SumsOf, table: Table) -> list[ColumnElement[bool]]:
    of_hub = table.c.hub == bindparam("hub")
    if sums not in BY_PEOPLE:
        return [of_hub, table.c.community == bindparam("community")]
    if "community" not in table.c:
        return [of_hub, _of_people(table)]
    # The key begins with the community: with each of them named, it leads to the people.
    return [of_hub, table.c.community.in_(communities_in(table)), _of_people(table)]


def _of_people(table: Table) -> ColumnElement[bool]:
    return table.c.person_id.between(bindparam("first_id"), bindparam("last_id"))


def communities_in(table: Table) -> Select[*tuple[Any, ...]]:
    """Every community in a table whose key begins with it, found by hopping along the key."""
    column = table.c.community
    found = select(func.min(column).label("slug")).cte(f"in_{table.name}", recursive=True)
    following = select(func.min(column)).where(column > found.c.slug).scalar_subquery()
    found = found.union_all(select(following).where(found.c.slug.is_not(None)))
    return select(found.c.slug).where(found.c.slug.is_not(None))
