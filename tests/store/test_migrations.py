from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Source
from catalyst_hub.store import Database, Store, StoreSettingsError, migrations
from catalyst_hub.store.tables import metadata


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
