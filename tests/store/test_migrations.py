from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Role
from catalyst_hub.core.culling_rules import Tighter
from catalyst_hub.core.grant import Source
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import ServerKey, Session, SessionState
from catalyst_hub.store import Database, Store, StoreSettingsError, migrations
from catalyst_hub.store.tables import metadata
from tests.support.ledger import assert_sums_are_those_of_the_ledger, breaches, in_table


def test_the_migrated_schema_is_the_one_the_code_speaks_of(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    with database.transaction(write=False) as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": migrations.VERSION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, metadata) == []
    database.close()


def test_the_partial_indexes_are_partial_on_both_databases(empty_database_url: str) -> None:
    database = Database.open(empty_database_url)
    with database.transaction(write=False) as connection:
        dialect = connection.dialect.name
        conditions = {
            index["name"]: str(index["dialect_options"].get(f"{dialect}_where", ""))
            for table in ("sessions", "ledger_entries")
            for index in inspect(connection).get_indexes(table)
        }
    database.close()
    assert "reserved" in conditions["uq_sessions_live_server"]
    assert "reserved" in conditions["ix_sessions_live_community"]
    assert "charge" in conditions["uq_ledger_entries_charge"]


def test_every_row_carries_its_hub_except_the_shared_locks() -> None:
    without = {table.name for table in metadata.tables.values() if "hub" not in table.c}
    assert without == {"community_locks"}


def test_head_names_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


_OPEN = "from catalyst_hub.store import Database; import sys; Database.open(sys.argv[1]).close()"


def test_of_several_processes_one_migrates_and_the_others_wait(empty_database_url: str) -> None:
    command = [sys.executable, "-c", _OPEN, empty_database_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors


def test_a_database_that_is_up_to_date_opens_without_alembic(database_url: str) -> None:
    Database.open(database_url).close()
    script = _OPEN + "; sys.exit('alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script, database_url], check=False).returncode == 0


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database_url: str) -> None:
    database = Database.open(database_url)
    with database.transaction(write=True) as connection:
        connection.execute(text("UPDATE catalyst_alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreSettingsError, match="schema 9999, newer than this catalyst-hub"):
        Database.open(database_url)


def _at_schema(url: str, revision: str, *statements: str) -> None:
    """As an earlier version left it, with these rows."""
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        command.upgrade(config, revision)
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


_SOMEBODY = (
    "INSERT INTO people VALUES (1, 'demo', 'kofi', 'Kofi', 'a1b2c3', NULL, 1000000, 1000000)"
)
_MEMBERSHIP = "INSERT INTO memberships VALUES (1, 'demo', 1, 'savanna', 'member', 'rule', 1000000)"
_INVITATION = (
    "INSERT INTO invitations VALUES (1, 'demo', 'savanna', 'd1', 'member', 5, '', 'amina',"
    " 1000000, 9000000, NULL, NULL)"
)
_REDEMPTION = "INSERT INTO redemptions VALUES (1, 1, 'demo', 1000000)"


def test_members_of_before_are_members_without_a_reason(empty_database_url: str) -> None:
    _at_schema(empty_database_url, "0001", _SOMEBODY, _MEMBERSHIP)
    store = Store.open(empty_database_url, "demo")
    with store.unit_of_work() as uow:
        [grant] = uow.memberships.grants_in("savanna")[1]
    store.close()
    assert (grant.source, grant.role, grant.grounds) == (Source.RULE, Role.MEMBER, {})


def test_invitations_of_before_keep_the_seats_taken_with_them(empty_database_url: str) -> None:
    _at_schema(empty_database_url, "0002", _SOMEBODY, _INVITATION, _REDEMPTION)
    store = Store.open(empty_database_url, "demo")
    with store.unit_of_work() as uow:
        [invitation] = uow.invitations.of("savanna")
    store.close()
    assert (invitation.used, invitation.seats) == (1, 5)


# --- the ledger of every released schema ---


def _row(table: str, **values: object) -> str:
    """An INSERT that names its columns: later schemas have more."""
    literals = ", ".join(str(v) if isinstance(v, int) else f"'{v}'" for v in values.values())
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({literals})"


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


_KOFI = {
    "person_id": 1,
    "hub": "demo",
    "name": "kofi",
    "display_name": "Kofi",
    "pseudonym": "a1b2c3",
    "joined_at": 1_000_000,
    "signed_in_at": 1_000_000,
}
_RUN = {
    "hub": "demo",
    "person_id": 1,
    "user_name": "kofi",
    "server_name": "",
    "size": "small",
    "profile": "python",
    "interface": "lab",
    "cpu_milli": 1000,
    "memory_bytes": 1024**3,
    "gpu": 0,
    "rate_micros": 3_600_000,
    "currency": "KES",
    "zone": "Africa/Nairobi",
    "state": "ended",
    "end_reason": "stopped",
}


#: From this schema on sums by month and by profile are written, too.
_WITH_MONTHS = "0004"


def _a_ledger(schema: str) -> list[str]:
    """Two sessions that ended, one over the end of a year, with what an earlier version wrote."""
    first = _an_ended_session("s1", "savanna", datetime(2025, 12, 31, 20, tzinfo=UTC), schema)
    second = _an_ended_session("s2", "pampa", datetime(2026, 3, 5, 6, tzinfo=UTC), schema)
    return [_row("people", **_KOFI), *first, *second]


def _an_ended_session(name: str, community: str, begun_at: datetime, schema: str) -> Iterator[str]:
    ended_at = begun_at + timedelta(hours=3, milliseconds=7)
    session = Session(
        name, 1, ServerKey("kofi"), Choice(community, "python", "small", "lab"),
        Resources(1000, 1024**3), 3_600_000, "KES", "Africa/Nairobi", SessionState.RUNNING,
        begun_at, running_at=begun_at,
    )  # fmt: skip
    at = {"reserved_at": _ms(begun_at), "running_at": _ms(begun_at), "ended_at": _ms(ended_at)}
    yield _row("sessions", session_id=name, community=community, **_RUN, **at)
    for entry in charges(session, ended_at):
        used = asdict(entry.usage)
        common = {"hub": "demo", "day_on": entry.day_on, "currency": "KES", **used}
        span = {"starts_at": _ms(entry.starts_at), "ends_at": _ms(entry.ends_at)}
        yield _row("ledger_entries", session_id=name, kind="charge", **span, **common)
        sums = {"community": community, "sessions": int(entry.starts_at == begun_at), **common}
        yield _row("community_days", **sums)
        yield _row("person_days", person_id=1, profile="python", **sums)
        if schema >= _WITH_MONTHS:
            yield _row("profile_days", profile="python", **sums)
            by_month = {**sums, "month_on": entry.day_on.replace(day=1)}
            del by_month["day_on"]
            yield _row("community_months", **by_month)
            yield _row("person_months", person_id=1, profile="python", **by_month)


_WORKSHOP = (
    "INSERT INTO workshops (workshop_id, hub, community, title, first_on, last_on, created_by,"
    " created_at) VALUES (1, 'demo', 'savanna', 'Plants', '2026-12-01', '2026-12-02', 'amina', 9)"
)


@pytest.mark.parametrize("schema", ["0003", "0004", "0005", "0006"])
def test_workshops_of_before_are_as_they_were_made(empty_database_url: str, schema: str) -> None:
    _at_schema(empty_database_url, schema, _WORKSHOP)
    store = Store.open(empty_database_url, "demo")
    with store.unit_of_work() as uow:
        [workshop] = uow.workshops.of("savanna")
    store.close()
    assert (workshop.title, workshop.created_by) == ("Plants", "amina")
    assert (workshop.changed_at, workshop.meetings) == (None, ())
    assert workshop.culling == Tighter()


_SCHEMAS = [f"{number:04d}" for number in range(1, int(migrations.HEAD))]
_LEDGER = "SELECT session_id, day_on, starts_at, ends_at, server_ms, micros FROM ledger_entries"


@pytest.mark.parametrize("schema", _SCHEMAS)
def test_from_every_released_schema_the_ledger_comes_up_whole_with_its_months(
    empty_database_url: str, schema: str
) -> None:
    _at_schema(empty_database_url, schema, *_a_ledger(schema))
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        before = sorted(map(tuple, connection.execute(text(_LEDGER))))
    engine.dispose()
    database = Database.open(empty_database_url)
    with database.transaction(write=False) as connection:
        after = sorted(map(tuple, connection.execute(text(_LEDGER))))
    assert before == after
    assert len(after) == 3
    assert_sums_are_those_of_the_ledger(database)
    hours = in_table(database, "person_months", "community", "month_on")
    assert {key: (amounts[0], amounts[1] // 3_600_000) for key, amounts in hours.items()} == {
        ("savanna", "2025-12-01"): (1, 1),
        ("savanna", "2026-01-01"): (0, 2),
        ("pampa", "2026-03-01"): (1, 3),
    }
    assert breaches(Store(database, "demo")) == []
    database.close()
