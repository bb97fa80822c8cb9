"""A store with a year behind it: ended sessions with their ledger, and servers that run."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice

from sqlalchemy import Table, insert

from catalyst_hub.core.resources import MIB, Resources, usage_after
from catalyst_hub.store import Database
from catalyst_hub.store.tables import (
    USAGE,
    community_days,
    community_months,
    ledger_entries,
    memberships,
    people,
    person_days,
    person_months,
    profile_days,
    sessions,
)

HUB = "benchmark"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
YEAR = timedelta(days=365)
PEOPLE = 3000
COMMUNITIES = tuple(f"community-{number}" for number in range(6))
PROFILES = ("python", "r", "julia")
_RESOURCES = Resources(cpu_milli=1000, memory_bytes=2048 * MIB)
_RATE_MICROS = 12_345
_CHUNK = 20_000
_ROLL_UPS = (community_days, person_days, profile_days, community_months, person_months)
_AMOUNTS = ("sessions", *USAGE)

Row = dict[str, object]


def name_of(person_id: int) -> str:
    return f"person-{person_id}"


def fill(database: Database, ended: int, running: int) -> None:
    """People, ``ended`` sessions spread over the last year, ``running`` in one community."""
    _insert(database, people, map(_person, range(1, PEOPLE + 1)))
    _insert(database, memberships, _memberships())
    sums = _Sums()
    chance = random.Random(2026)
    rows = ((number, *_ended(chance)) for number in range(ended))
    while chunk := list(islice(rows, _CHUNK)):
        _insert(database, sessions, (session for _, session, _ in chunk))
        _insert(database, ledger_entries, (entry for _, _, entry in chunk))
        for _, session, entry in chunk:
            sums.add(session, entry)
    for table in _ROLL_UPS:
        _insert(database, table, sums.rows(table))
    _insert(database, sessions, map(_running, range(running)))


def _insert(database: Database, table: Table, rows: Iterator[Row]) -> None:
    while chunk := list(islice(rows, _CHUNK)):
        with database.transaction(write=True) as connection:
            connection.execute(insert(table), chunk)


def _person(person_id: int) -> Row:
    return {
        "person_id": person_id,
        "hub": HUB,
        "name": name_of(person_id),
        "display_name": "",
        "pseudonym": f"{person_id:012x}",
        "joined_at": NOW - YEAR,
        "signed_in_at": NOW,
    }


def _memberships() -> Iterator[Row]:
    for person_id in range(1, PEOPLE + 1):
        for community in COMMUNITIES[:2]:
            yield {
                "hub": HUB,
                "person_id": person_id,
                "community": community,
                "role": "member",
                "granted_by": "rule",
                "joined_at": NOW - YEAR,
            }


def _session(session_id: str, person_id: int, community: str, profile: str) -> Row:
    return {
        "session_id": session_id,
        "hub": HUB,
        "person_id": person_id,
        "user_name": name_of(person_id),
        "server_name": "",
        "community": community,
        "profile": profile,
        "size": "small",
        "interface": "lab",
        "cpu_milli": _RESOURCES.cpu_milli,
        "memory_bytes": _RESOURCES.memory_bytes,
        "gpu": _RESOURCES.gpu,
        "rate_micros": _RATE_MICROS,
        "currency": "USD",
        "zone": "UTC",
        "actor": name_of(person_id),
    }


def _ended(chance: random.Random) -> tuple[Row, Row]:
    person_id = chance.randrange(1, PEOPLE + 1)
    community = COMMUNITIES[person_id % len(COMMUNITIES)]
    day = (NOW - timedelta(days=chance.randrange(1, 365))).replace(hour=0)
    starts_at = day + timedelta(minutes=chance.randrange(20 * 60))
    ends_at = starts_at + timedelta(minutes=chance.randrange(1, 4 * 60))
    session_id = f"{chance.getrandbits(128):032x}"
    session = _session(session_id, person_id, community, chance.choice(PROFILES)) | {
        "state": "ended",
        "reserved_at": starts_at,
        "running_at": starts_at,
        "seen_at": ends_at,
        "ended_at": ends_at,
        "end_reason": "stopped",
    }
    return session, _entry(session_id, starts_at, ends_at)


def _entry(session_id: str, starts_at: datetime, ends_at: datetime) -> Row:
    elapsed_ms = (ends_at - starts_at) // timedelta(milliseconds=1)
    usage = usage_after(_RESOURCES, _RATE_MICROS, elapsed_ms)
    return {
        "hub": HUB,
        "session_id": session_id,
        "kind": "charge",
        "day_on": starts_at.date(),
        "starts_at": starts_at,
        "ends_at": ends_at,
        "currency": "USD",
        **{name: getattr(usage, name) for name in USAGE},
    }


def _running(number: int) -> Row:
    since = NOW - timedelta(minutes=number)
    session = _session(f"running-{number}", number + 1, COMMUNITIES[0], PROFILES[0])
    return session | {"state": "running", "reserved_at": since, "running_at": since}


class _Sums:
    """The roll-ups, as the store would have kept them."""

    def __init__(self) -> None:
        self._sums: dict[Table, dict[tuple[object, ...], list[int]]] = {
            table: defaultdict(lambda: [0] * len(_AMOUNTS)) for table in _ROLL_UPS
        }

    def add(self, session: Row, entry: Row) -> None:
        amounts = (1, *(int(str(entry[name])) for name in USAGE))
        day = date.fromisoformat(str(entry["day_on"]))
        keys = session | entry | {"month_on": day.replace(day=1)}
        for table, sums in self._sums.items():
            total = sums[tuple(keys[name] for name in _keys(table))]
            for place, amount in enumerate(amounts):
                total[place] += amount

    def rows(self, table: Table) -> Iterator[Row]:
        for keys, amounts in self._sums[table].items():
            named = zip((*_keys(table), *_AMOUNTS), (*keys, *amounts), strict=True)
            yield dict(named)


@cache
def _keys(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)
