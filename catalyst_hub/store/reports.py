"""Sums for reports, from the roll-ups and the sessions still live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Select,
    String,
    Table,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
    union_all,
)

from catalyst_hub.core.report import GroupBy, ReportQuery, ReportRow
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session, used_between
from catalyst_hub.core.window import split_by_day, whole_months
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.sessions import session_of
from catalyst_hub.store.tables import (
    IS_LIVE,
    USAGE,
    community_days,
    community_months,
    people,
    person_days,
    person_months,
    sessions,
)

_MONTH = len("2026-11")

_LAST_DAYS = (
    select(person_days.c.person_id, func.max(person_days.c.day_on))
    .where(person_days.c.hub == bindparam("hub"), person_days.c.community == bindparam("community"))
    .group_by(person_days.c.person_id)
)

_Sums = dict[tuple[tuple[str, ...], str], tuple[int, Usage]]


class SqlReports(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Reports`."""

    def rows(self, query: ReportQuery, now: datetime) -> Sequence[ReportRow]:
        """Rows by the query's keys, unsorted. Live sessions count with what they used until now."""
        sums: _Sums = {}
        width = len(query.group_by)
        # One statement: a session that ends between two would count in some of its days only.
        parts = (self._ended(query, *part) for part in _tables(query))
        for row in self._connection.execute(union_all(*parts)):
            keys, (currency, begun, *used) = row[:width], row[width:]
            _add(sums, tuple(keys), currency, begun, Usage(*used))
        for row in self._connection.execute(self._live(query)):
            for part in _parts(query, session_of(row), row.shown_as, now):
                _add(sums, *part)
        return [ReportRow(*key, begun, usage) for key, (begun, usage) in sums.items()]

    def first_day(self, community: str | None = None) -> date | None:
        """The first day with any entry."""
        statement = select(func.min(community_days.c.day_on)).where(
            community_days.c.hub == self._hub
        )
        if community is not None:
            statement = statement.where(community_days.c.community == community)
        first: date | None = self._connection.scalar(statement)
        return first

    def last_days(self, community: str) -> Mapping[int, date]:
        """The last day with any entry, by person id."""
        values = {"hub": self._hub, "community": community}
        rows = self._connection.execute(_LAST_DAYS, values)
        return {person_id: day for person_id, day in rows if day is not None}

    def _ended(
        self, query: ReportQuery, table: Table, first_on: date, next_on: date
    ) -> Select[*tuple[Any, ...]]:
        keys = [_column(by, table, query.has_names) for by in query.group_by]
        sums = (cast(func.sum(table.c[name]), BigInteger) for name in ("sessions", *USAGE))
        return (
            select(*keys, table.c.currency, *sums)
            .select_from(_with_people(table, query))
            .where(
                table.c.hub == self._hub,
                _begins(table) >= first_on,
                _begins(table) < next_on,
                *_narrowed(table, query),
            )
            .group_by(*keys, table.c.currency)
        )

    def _live(self, query: ReportQuery) -> Select[*tuple[Any, ...]]:
        shown_as = (people.c.name if query.has_names else people.c.pseudonym).label("shown_as")
        return (
            select(sessions, shown_as)
            .join_from(sessions, people)
            .where(sessions.c.hub == self._hub, IS_LIVE, *_narrowed(sessions, query))
        )


def _tables(query: ReportQuery) -> Iterator[tuple[Table, date, date]]:
    """The smallest tables that know enough, each for its part of the query's days: months where
    they are whole, and days for the rest at both ends."""
    by_person = query.person_id is not None or {GroupBy.PERSON, GroupBy.PROFILE} & set(
        query.group_by
    )
    days, months = (person_days, person_months) if by_person else (community_days, community_months)
    first_month, next_month = whole_months(query.first_on, query.next_on)
    if GroupBy.DAY in query.group_by or first_month == next_month:
        yield days, query.first_on, query.next_on
        return
    yield months, first_month, next_month
    if query.first_on < first_month:
        yield days, query.first_on, first_month
    if next_month < query.next_on:
        yield days, next_month, query.next_on


def _begins(table: Table) -> Column[date]:
    """The day, or the first day of the month, that a row is about."""
    return table.c.month_on if "month_on" in table.c else table.c.day_on


def _with_people(table: Table, query: ReportQuery) -> FromClause:
    return table.join(people) if GroupBy.PERSON in query.group_by else table


def _column(by: GroupBy, table: Table, has_names: bool) -> ColumnElement[str]:
    match by:
        case GroupBy.PERSON:
            return people.c.name if has_names else people.c.pseudonym
        case GroupBy.DAY:
            return type_coerce(table.c.day_on, String)
        case GroupBy.MONTH:
            return func.substr(type_coerce(_begins(table), String), 1, _MONTH)
        case _:
            return table.c[by.value]


def _narrowed(table: Table, query: ReportQuery) -> Iterator[ColumnElement[bool]]:
    if query.communities is not None:
        yield table.c.community.in_(sorted(query.communities))
    if query.person_id is not None:
        yield table.c.person_id == query.person_id


def _parts(
    query: ReportQuery, session: Session, shown_as: str, now: datetime
) -> Iterator[tuple[tuple[str, ...], str, int, Usage]]:
    """A live session's use by day so far; like an ended one it counts on the day it began."""
    if session.running_at is None:
        return
    begun = 1
    for day, start, end in split_by_day(session.running_at, now, session.zone):
        if query.first_on <= day < query.next_on:
            keys = tuple(_KEYS[by](session, shown_as, day) for by in query.group_by)
            yield keys, session.currency, begun, used_between(session, start, end)
        begun = 0


_KEYS: dict[GroupBy, Callable[[Session, str, date], str]] = {
    GroupBy.COMMUNITY: lambda session, shown_as, day: session.choice.community,
    GroupBy.PERSON: lambda session, shown_as, day: shown_as,
    GroupBy.PROFILE: lambda session, shown_as, day: session.choice.profile,
    GroupBy.DAY: lambda session, shown_as, day: day.isoformat(),
    GroupBy.MONTH: lambda session, shown_as, day: day.isoformat()[:_MONTH],
}


def _add(sums: _Sums, keys: tuple[str, ...], currency: str, begun: int, usage: Usage) -> None:
    before, used = sums.get((keys, currency), (0, Usage()))
    sums[keys, currency] = (before + begun, used + usage)
