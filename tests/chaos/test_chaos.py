"""A minute of chaos on each database; ``make chaos`` goes on for half an hour."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.chaos.books import booked, faults
from tests.chaos.drive import plan, run
from tests.chaos.world import VICTIMS, World
from tests.support.databases import PostgresqlServer, postgresql_server

__all__ = ["postgresql_server"]

_SECONDS = 60.0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.end()


@pytest.fixture
def world_of_two_machines(tmp_path: Path) -> Iterator[World]:
    """Its PostgreSQL is nobody else's, for it dies."""
    server = PostgresqlServer()
    server.create()
    server.start()
    made = World(tmp_path, server)
    yield made
    made.end()
    server.remove()


def _seed() -> str:
    seed = os.environ.get("CATALYST_CHAOS_SEED") or str(time.time_ns())
    print(f"\nreplay with CATALYST_CHAOS_SEED={seed}", flush=True)
    return seed


def test_whatever_dies_the_books_balance_and_no_seat_is_lost(world: World) -> None:
    told = run(world, _seed(), _SECONDS)
    print(told)
    assert told.faults == []
    assert told.charged >= 3
    # The books are worth something only if they would have told.
    _spoil(
        world,
        "UPDATE ledger_entries SET server_ms = server_ms + 3600000"
        " WHERE entry_id = (SELECT max(entry_id) FROM ledger_entries)",
    )
    assert any("is charged 36" in fault for fault in faults(world))
    assert any("community_days" in fault for fault in faults(world))
    _spoil(world, "UPDATE sessions SET state = 'running' WHERE session_id = :it")
    assert any("a seat is leaked" in fault for fault in faults(world))
    _spoil(world, "DELETE FROM sessions WHERE session_id = :it")
    assert any("knows nothing of it" in fault for fault in faults(world))


@pytest.mark.postgresql
def test_nor_is_anything_lost_with_the_database_server(world_of_two_machines: World) -> None:
    told = run(world_of_two_machines, _seed(), _SECONDS)
    print(told)
    assert told.faults == []
    assert told.charged >= 3


def test_the_same_seed_is_the_same_plan() -> None:
    first, again, other = (plan(seed, 600, has_database=True) for seed in ("7", "7", "8"))
    assert first == again != other
    assert {death.victim for death in first} >= set(VICTIMS)


def _spoil(world: World, statement: str) -> None:
    """What no program of ours does, and the database itself refuses where it can."""
    charged = next(
        one
        for one in booked(world)
        if any(run.session_id == one.session_id for run in world.runs())
    )
    engine = create_engine(world.database_url)
    with engine.begin() as connection:
        triggers = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for (name,) in triggers.all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(
            text(statement), {"it": charged.session_id} if ":it" in statement else {}
        )
    engine.dispose()
