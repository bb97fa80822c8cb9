"""The ledger added up in plain words, and the whole check, to hold the product against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import text

from catalyst_hub.core.inspection import Breach, Place
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.check_store import check_store

AMOUNTS = ("sessions", "server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")
_BEGUN = (
    "CASE WHEN e.starts_at <> s.running_at OR e.server_ms = 0 THEN 0"
    " WHEN e.server_ms > 0 THEN 1 ELSE -1 END"
)
_MONTH = "substr({day}, 1, 7) || '-01'"

Sums = dict[tuple[object, ...], tuple[int, ...]]


def _added_up(database: Database, statement: str) -> Sums:
    with database.transaction(write=False) as connection:
        rows = connection.execute(text(statement)).all()
    sums: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0] * len(AMOUNTS))
    for row in rows:
        for place, amount in enumerate(row[-len(AMOUNTS) :]):
            sums[tuple(row[: -len(AMOUNTS)])][place] += int(amount)
    return {key: tuple(amounts) for key, amounts in sums.items() if any(amounts)}


def in_ledger(database: Database, *keys: str) -> Sums:
    """Sums of the entries by ``day_on`` or ``month_on`` and columns of their sessions."""
    names = {"day_on": "e.day_on", "month_on": _MONTH.format(day="e.day_on")}
    columns = ", ".join(names.get(key, f"s.{key}") for key in keys)
    amounts = ", ".join([_BEGUN, *(f"e.{name}" for name in AMOUNTS[1:])])
    return _added_up(
        database,
        f"SELECT {columns}, {amounts} FROM ledger_entries e"
        " JOIN sessions s ON s.session_id = e.session_id",
    )


def in_table(database: Database, table: str, *keys: str) -> Sums:
    """The same from a table of sums."""
    return _added_up(database, f"SELECT {', '.join((*keys, *AMOUNTS))} FROM {table}")


#: Every table of sums (but that of workshops, for few sessions have one), and its keys.
SUMS = {
    "community_days": ("community", "day_on", "currency", "hub"),
    "person_days": ("community", "person_id", "profile", "day_on", "currency", "hub"),
    "profile_days": ("community", "profile", "day_on", "currency", "hub"),
    "community_months": ("community", "month_on", "currency", "hub"),
    "person_months": ("community", "person_id", "profile", "month_on", "currency", "hub"),
}


def assert_sums_are_those_of_the_ledger(database: Database) -> None:
    for table, keys in SUMS.items():
        assert in_table(database, table, *keys) == in_ledger(database, *keys), table


def breaches(store: Store) -> Sequence[Breach]:
    """What ``catalyst-hub db check`` finds."""
    found: list[Breach] = []
    place: Place | None = Place()
    while place is not None:
        with store.unit_of_work() as uow:
            step = check_store(uow, place)
        found += step.breaches
        place = step.next_place
    return found
