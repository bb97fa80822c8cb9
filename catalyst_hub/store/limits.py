"""What admission locks and reads: a community's use over all hubs of this database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Table,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.core.account import Account, UsageSnapshot
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import Resources, Usage
from catalyst_hub.core.window import Period, Window
from catalyst_hub.store.repository import Repository, insert_into, listed
from catalyst_hub.store.tables import (
    IS_LIVE,
    USAGE,
    community_days,
    community_locks,
    community_months,
    person_days,
    person_months,
    profile_days,
    sessions,
    workshop_days,
)
from catalyst_hub.store.types import Day

#: Part of the statement: a value for each sum would be bound anew for every start.
_ZERO: ColumnElement[int] = literal_column("0")
#: Stands where an ended sum has the number of its account.
_LIVE = -1


class SqlLimits(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Limits`."""

    def lock(self, community: str) -> None:
        """Hold this community's lock until the transaction ends. Take before reading usage.

        It is a write, so under READ COMMITTED whoever comes second reads what the first wrote.
        """
        self._connection.execute(_lock(self._dialect), {"slug": community})

    def snapshot(
        self,
        community: str,
        person_id: int | None,
        periods: Mapping[Account, Period],
        workshop_id: int | None = None,
    ) -> UsageSnapshot:
        """Ended use in each period, and all live sessions, over every hub.

        One statement: a session that closes between two would be in neither.
        """
        accounts = tuple(periods)
        values: dict[str, object] = {"community": community}
        if person_id is not None:
            values["person_id"] = person_id
        if any(account.is_of_workshop for account in accounts):
            values["workshop_id"] = workshop_id
        for number, (account, period) in enumerate(periods.items()):
            values.update(_values(number, account, period))
        statement = _snapshot(tuple(map(_shape, accounts)), person_id is None)
        ended: dict[tuple[Account, int], dict[date, Usage]] = {}
        live: list[LiveGroup] = []
        for number, owner, day, *numbers in self._connection.execute(statement, values):
            if number == _LIVE:
                live.append(_live_group(owner, *numbers))
                continue
            account = accounts[number]
            key = account, owner or (person_id or 0 if _shape(account).is_hers else 0)
            day_on = date.fromisoformat(day) if day else periods[account].first_on
            ended.setdefault(key, {})[day_on] = Usage(*numbers[: len(USAGE)])
        return UsageSnapshot(ended, live)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes the select of one account different from others, whatever the values."""

    table: Table
    is_hers: bool
    is_of_workshop: bool
    is_of_profile: bool
    is_by_day: bool
    is_within_days: bool


@lru_cache(maxsize=1000)
def _shape(account: Account) -> _Shape:
    is_whole = account.window is Window.TOTAL and account.since_on is None
    return _Shape(
        _table(account, is_whole),
        account.scope is LimitScope.PERSON,
        account.is_of_workshop,
        account.profile is not None,
        account.window is Window.ROLLING,
        # All of a workshop's sessions count for it, those that ran on after its last day as well.
        not is_whole and account.window is not Window.WORKSHOP,
    )


def _table(account: Account, is_whole: bool) -> Table:
    """The smallest roll-up that knows enough."""
    if account.is_of_workshop:
        return workshop_days
    if account.scope is LimitScope.PERSON:
        return person_months if is_whole else person_days
    if account.profile is not None:
        return profile_days
    return community_months if is_whole else community_days


def _values(number: int, account: Account, period: Period) -> Iterator[tuple[str, object]]:
    shape = _shape(account)
    if shape.is_of_profile:
        yield f"profile_{number}", account.profile
    if shape.is_within_days:
        yield f"first_{number}", period.first_on
        yield f"next_{number}", period.next_on


@cache
def _lock(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(dialect, community_locks).values(slug=bindparam("slug"), taken=1)
    return statement.on_conflict_do_update(
        index_elements=[community_locks.c.slug], set_={"taken": community_locks.c.taken + 1}
    )


@lru_cache(maxsize=500)
def _snapshot(shapes: tuple[_Shape, ...], of_everybody: bool) -> CompoundSelect[*tuple[Any, ...]]:
    ended = (_sums(number, shape, of_everybody) for number, shape in enumerate(shapes))
    return union_all(*ended, _live(of_everybody))


def _sums(number: int, shape: _Shape, of_everybody: bool) -> Select[*tuple[Any, ...]]:
    table = shape.table
    owners = [table.c.person_id] if shape.is_hers and of_everybody else []
    days = [table.c.day_on] if shape.is_by_day else []
    day = type_coerce(table.c.day_on, String) if shape.is_by_day else cast(null(), String)
    sums = [cast(func.coalesce(func.sum(table.c[name]), _ZERO), BigInteger) for name in USAGE]
    return (
        select(
            literal_column(str(number)).label("number"),
            (owners[0] if owners else _ZERO).label("owner"),
            day.label("day_on"),
            *(column.label(name) for column, name in zip(sums, USAGE, strict=True)),
            cast(null(), String).label("began_ms"),
            cast(null(), String).label("profile"),
            cast(null(), BigInteger).label("workshop_id"),
        )
        .where(*_conditions(number, shape, of_everybody))
        .group_by(*owners, *days)
    )


def _conditions(number: int, shape: _Shape, of_everybody: bool) -> Iterator[ColumnElement[bool]]:
    columns = shape.table.c
    if shape.is_of_workshop:
        yield columns.workshop_id == bindparam("workshop_id")
    else:
        yield columns.community == bindparam("community")
    if shape.is_hers:
        yield _is_hers(columns.person_id, of_everybody)
    if shape.is_of_profile:
        yield columns.profile == bindparam(f"profile_{number}")
    if shape.is_within_days:
        yield columns.day_on >= bindparam(f"first_{number}", type_=Day())
        yield columns.day_on < bindparam(f"next_{number}", type_=Day())


def _is_hers(person_id: ColumnElement[int], of_everybody: bool) -> ColumnElement[bool]:
    """Or of everybody who has a server: of nobody else is there anything to enforce."""
    if not of_everybody:
        return person_id == bindparam("person_id")
    owners = select(sessions.c.person_id).where(
        sessions.c.community == bindparam("community"), IS_LIVE
    )
    return person_id.in_(owners)


def _live(of_everybody: bool) -> Select[*tuple[Any, ...]]:
    """One row for all that are alike; what nobody asks for is not told apart."""
    columns = sessions.c
    hers = case((columns.person_id == bindparam("person_id"), columns.person_id), else_=0)
    owner = (columns.person_id if of_everybody else hers).label("owner")
    size = columns.cpu_milli, columns.memory_bytes, columns.gpu, columns.rate_micros
    began_ms = cast(type_coerce(columns.running_at, BigInteger), String)
    return (
        select(
            literal_column(str(_LIVE)).label("number"),
            owner,
            cast(null(), String).label("day_on"),
            *size,
            func.count(),
            listed(began_ms).label("began_ms"),
            columns.profile,
            columns.workshop_id,
        )
        .where(columns.community == bindparam("community"), IS_LIVE)
        .group_by("owner", *size, columns.profile, columns.workshop_id)
    )


def _live_group(
    person_id: int,
    cpu_milli: int,
    memory_bytes: int,
    gpu: int,
    rate_micros: int,
    number: int,
    began_ms: str | None,
    profile: str,
    workshop_id: int | None,
) -> LiveGroup:
    began = tuple(map(int, began_ms.split(","))) if began_ms else ()
    resources = _resources(cpu_milli, memory_bytes, gpu)
    return LiveGroup(person_id, resources, rate_micros, number, began, profile, workshop_id)


@lru_cache(maxsize=1000)
def _resources(cpu_milli: int, memory_bytes: int, gpu: int) -> Resources:
    """Of hundreds of servers, most are of the same few sizes."""
    return Resources(cpu_milli, memory_bytes, gpu)
