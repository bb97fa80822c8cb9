"""A store with a year behind it: ended sessions with their ledger, and servers that run.

The rows are made by the database itself, in plain SQL: a million in some seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from catalyst_hub.store import Database

HUB = "benchmark"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEOPLE = 3000
DAYS = 364
COMMUNITIES = tuple(f"community-{number}" for number in range(6))
PROFILES = ("python", "r", "julia")

#: Every table of sums that has rows here, with its keys besides the hub and the currency.
SUMS = {
    "person_days": ("community", "person_id", "profile", "day_on"),
    "community_days": ("community", "day_on"),
    "profile_days": ("community", "profile", "day_on"),
    "community_months": ("community", "month_on"),
    "person_months": ("community", "person_id", "profile", "month_on"),
}

_DAY_MS = 86_400_000
_FIRST_MS = int((NOW - timedelta(days=DAYS)).replace(hour=0).timestamp() * 1000)
_NOW_MS = int(NOW.timestamp() * 1000)
_RATE_MICROS = 12_345
_MEMORY_MIB = 2048
_CHUNK = 500_000
_AMOUNTS = ("sessions", "server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")

_NUMBERS = {
    "sqlite": (
        "WITH RECURSIVE numbers(n) AS"
        " (VALUES ({first}) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {following})"
    ),
    "postgresql": (
        "WITH numbers AS (SELECT n FROM generate_series(CAST({first} AS BIGINT), {following} - 1)"
        " AS g(n))"
    ),
}
_DATE = {
    "sqlite": "date(({first} + {day} * {ms}) / 1000, 'unixepoch')",
    "postgresql": (
        "to_char(to_timestamp(({first} + {day} * {ms}) / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
    ),
}
_ID = {
    "sqlite": "printf('%032x', {n})",
    "postgresql": "lpad(to_hex({n}), 32, '0')",
}
_PROFILE = "CASE n / 7 % 3 WHEN 0 THEN 'python' WHEN 1 THEN 'r' ELSE 'julia' END"


def name_of(person_id: int) -> str:
    return f"person-{person_id}"


def fill(database: Database, ended: int, running: int) -> None:
    """People, ``ended`` sessions spread over the last year, ``running`` in one community."""
    with patient(database) as connection:
        _people(connection)
    for first in range(0, ended, _CHUNK):
        with patient(database) as connection:
            _sessions(connection, first, min(ended, first + _CHUNK), ended)
    with patient(database) as connection:
        add_up(connection, "person_days")
        for table in list(SUMS)[1:]:
            _add_up_days(connection, table)
    with patient(database) as connection:
        _running(connection, running)
    with patient(database) as connection:
        connection.exec_driver_sql("ANALYZE")


def is_filled(database: Database) -> bool:
    """Whether an earlier run has made its sessions there."""
    with database.transaction(write=False) as connection:
        return connection.exec_driver_sql("SELECT 1 FROM sessions LIMIT 1").first() is not None


@contextmanager
def patient(database: Database) -> Iterator[Connection]:
    with database.transaction(write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        else:
            connection.exec_driver_sql("PRAGMA cache_size = -1000000")
        yield connection


def _people(connection: Connection) -> None:
    numbers = _numbers(connection, 1, PEOPLE + 1)
    pseudonym = _ID[connection.dialect.name].format(n="n")
    since = f"{_FIRST_MS}, {_NOW_MS}"
    _run(
        connection,
        "INSERT INTO people (person_id, hub, name, display_name, pseudonym, joined_at,"
        f" signed_in_at) {numbers} SELECT n, '{HUB}', 'person-' || n, '', {pseudonym}, {since}"
        " FROM numbers",
    )
    for community in COMMUNITIES[:2]:
        connection.exec_driver_sql(
            "INSERT INTO memberships (hub, person_id, community, role, granted_by, joined_at)"
            f" SELECT hub, person_id, '{community}', 'member', 'rule', joined_at FROM people"
        )


def _numbers(connection: Connection, first: int, following: int) -> str:
    return _NUMBERS[connection.dialect.name].format(first=first, following=following)


def _sessions(connection: Connection, first: int, following: int, ended: int) -> None:
    """Each person uses one server, once after the other within a day."""
    dialect = connection.dialect.name
    per_day = -(-ended // DAYS)
    slot_ms = _DAY_MS // -(-per_day // PEOPLE)
    day = _DATE[dialect].format(first=_FIRST_MS, day="day", ms=_DAY_MS)
    runs = (
        f"SELECT n, {_ID[dialect].format(n='n')} AS id, n / {per_day} AS day,"
        f" 1 + n % {PEOPLE} AS person,"
        f" {_FIRST_MS} + (n / {per_day}) * {_DAY_MS} + (n % {per_day}) / {PEOPLE} * {slot_ms}"
        f" + n % 1000 AS starts_at, 60000 + (n * 7919) % ({slot_ms} / 2) AS length FROM numbers"
    )
    source = f"{_numbers(connection, first, following)}, runs AS ({runs})"
    community = f"'community-' || (person % {len(COMMUNITIES)})"
    _run(
        connection,
        "INSERT INTO sessions (session_id, hub, person_id, user_name, server_name, community,"
        " profile, size, interface, cpu_milli, memory_bytes, gpu, rate_micros, currency, zone,"
        " state, reserved_at, running_at, seen_at, ended_at, end_reason, actor)"
        f" {source} SELECT id, '{HUB}', person, 'person-' || person, '', {community}, {_PROFILE},"
        f" 'small', 'lab', 1000, {_MEMORY_MIB * 1024**2}, 0, {_RATE_MICROS}, 'USD', 'UTC', 'ended',"
        " starts_at, starts_at, starts_at + length, starts_at + length, 'stopped',"
        " 'person-' || person FROM runs",
    )
    _run(
        connection,
        "INSERT INTO ledger_entries (hub, session_id, kind, day_on, starts_at, ends_at, currency,"
        " server_ms, cpu_ms, mib_ms, gpu_ms, micros)"
        f" {source} SELECT '{HUB}', id, 'charge', {day}, starts_at, starts_at + length, 'USD',"
        f" length, length, {_MEMORY_MIB} * length, 0, {_RATE_MICROS} * length / 3600000 FROM runs",
    )


def _running(connection: Connection, count: int) -> None:
    since = f"{_NOW_MS} - n * 60000"
    _run(
        connection,
        "INSERT INTO sessions (session_id, hub, person_id, user_name, server_name, community,"
        " profile, size, interface, cpu_milli, memory_bytes, gpu, rate_micros, currency, zone,"
        f" state, reserved_at, running_at, actor) {_numbers(connection, 0, max(1, count))}"
        f" SELECT 'running-' || n, '{HUB}', n + 1, 'person-' || (n + 1), '', '{COMMUNITIES[0]}',"
        f" '{PROFILES[0]}', 'small', 'lab', 1000, {_MEMORY_MIB * 1024**2}, 0, {_RATE_MICROS},"
        f" 'USD', 'UTC', 'running', {since}, {since}, 'person-' || (n + 1) FROM numbers"
        f" WHERE n < {count}",
    )


def add_up(connection: Connection, table: str) -> None:
    """Fill a table of sums from the ledger, in one plain statement: the baseline for repairs."""
    keys = (*SUMS[table], "hub", "currency")
    _run(
        connection,
        f"INSERT INTO {table} ({', '.join((*keys, *_AMOUNTS))}) {summed(keys)}",
    )


def _add_up_days(connection: Connection, table: str) -> None:
    """The same from the sums by person and day, which are fewer."""
    keys = (*SUMS[table], "hub", "currency")
    columns = ", ".join("substr(day_on, 1, 7) || '-01'" if k == "month_on" else k for k in keys)
    amounts = ", ".join(f"CAST(sum({name}) AS BIGINT)" for name in _AMOUNTS)
    _run(
        connection,
        f"INSERT INTO {table} ({', '.join((*keys, *_AMOUNTS))})"
        f" SELECT {columns}, {amounts} FROM person_days GROUP BY {columns}",
    )


def summed(keys: Sequence[str]) -> str:
    """The sums of the whole ledger by these keys, in plain SQL."""
    month = "substr(e.day_on, 1, 7) || '-01'"
    names = {"day_on": "e.day_on", "month_on": month, "currency": "e.currency", "hub": "e.hub"}
    columns = ", ".join(names.get(key, f"s.{key}") for key in keys)
    amounts = ", ".join(f"CAST(sum(e.{name}) AS BIGINT)" for name in _AMOUNTS[1:])
    return (
        f"SELECT {columns}, sum(CASE WHEN e.starts_at = s.running_at THEN 1 ELSE 0 END), {amounts}"
        " FROM ledger_entries e JOIN sessions s ON s.session_id = e.session_id"
        f" GROUP BY {columns}"
    )


def _run(connection: Connection, statement: str) -> None:
    # psycopg reads a percent sign as the beginning of a parameter.
    is_escaped = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(statement.replace("%", "%%") if is_escaped else statement)
