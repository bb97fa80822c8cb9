"""What admission locks and reads: a community's use over all hubs of this database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import UsageSnapshot
from catalyst_hub.core.resources import Resources, Usage
from catalyst_hub.core.session import LiveSession
from catalyst_hub.core.window import Period, Window
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import (
    IS_LIVE,
    USAGE,
    community_days,
    community_locks,
    person_days,
    sessions,
)
from catalyst_hub.store.types import Day, instant

_LIVE = "live"


class SqlLimits(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Limits`."""

    def lock(self, community: str) -> None:
        """Hold this community's lock until the transaction ends. Take before reading usage.

        It is a write, so under READ COMMITTED whoever comes second reads what the first wrote.
        """
        self._connection.execute(_lock(self._dialect), {"slug": community})

    def snapshot(
        self, community: str, person_id: int, periods: Mapping[Window, Period]
    ) -> UsageSnapshot:
        """Ended use in each period, and all live sessions, over every hub.

        One statement: a session that closes between two would be in neither.
        """
        values: dict[str, object] = {"community": community, "person_id": person_id}
        for window, period in periods.items():
            values[f"{window}_first"] = period.first_on
            values[f"{window}_next"] = period.next_on
        ended: dict[tuple[LimitScope, Window], Usage] = {}
        live: list[LiveSession] = []
        for what, within, *numbers in self._connection.execute(
            _snapshot(frozenset(periods)), values
        ):
            if what == _LIVE:
                live.append(_live_session(*numbers))
            else:
                ended[LimitScope(what), Window(within)] = Usage(*numbers[: len(USAGE)])
        return UsageSnapshot(ended, live)


@cache
def _lock(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(dialect, community_locks).values(slug=bindparam("slug"), taken=1)
    return statement.on_conflict_do_update(
        index_elements=[community_locks.c.slug], set_={"taken": community_locks.c.taken + 1}
    )


@cache
def _snapshot(windows: frozenset[Window]) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(*_ended(windows), _live())


def _ended(windows: Iterable[Window]) -> list[Select[*tuple[Any, ...]]]:
    is_hers = person_days.c.person_id == bindparam("person_id")
    selects = []
    for window in sorted(windows):
        selects.append(_sums(LimitScope.COMMUNITY, window, community_days))
        selects.append(_sums(LimitScope.PERSON, window, person_days).where(is_hers))
    return selects


def _sums(scope: LimitScope, window: Window, table: Table) -> Select[*tuple[Any, ...]]:
    sums = [cast(func.coalesce(func.sum(table.c[name]), 0), BigInteger) for name in USAGE]
    return select(
        literal_column(f"'{scope}'").label("what"),
        literal_column(f"'{window}'").label("within"),
        *(column.label(name) for column, name in zip(sums, USAGE, strict=True)),
        cast(null(), BigInteger).label("running_ms"),
    ).where(
        table.c.community == bindparam("community"),
        table.c.day_on >= bindparam(f"{window}_first", type_=Day()),
        table.c.day_on < bindparam(f"{window}_next", type_=Day()),
    )


def _live() -> Select[*tuple[Any, ...]]:
    columns = sessions.c
    return select(
        literal_column(f"'{_LIVE}'").label("what"),
        literal_column("''").label("within"),
        columns.person_id,
        columns.cpu_milli,
        columns.memory_bytes,
        columns.gpu,
        columns.rate_micros,
        type_coerce(columns.running_at, BigInteger).label("running_ms"),
    ).where(columns.community == bindparam("community"), IS_LIVE)


def _live_session(
    person_id: int,
    cpu_milli: int,
    memory_bytes: int,
    gpu: int,
    rate_micros: int,
    since_ms: int | None,
) -> LiveSession:
    running_at = None if since_ms is None else instant(since_ms)
    return LiveSession(person_id, _resources(cpu_milli, memory_bytes, gpu), rate_micros, running_at)


@lru_cache(maxsize=1000)
def _resources(cpu_milli: int, memory_bytes: int, gpu: int) -> Resources:
    """Of hundreds of servers, most are of the same few sizes."""
    return Resources(cpu_milli, memory_bytes, gpu)
