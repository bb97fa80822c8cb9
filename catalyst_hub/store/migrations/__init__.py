"""The schema's versions. Alembic is loaded only when a database is not at the newest one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from catalyst_hub.store.errors import StoreSettingsError

#: Our own, so that the tables may lie in one database with the Hub's.
VERSION_TABLE = "catalyst_alembic_version"

#: The newest revision in ``versions/``.
HEAD = "0007"


def migrate(reader: Engine, migrating: Callable[[], AbstractContextManager[Connection]]) -> None:
    """Bring a database to the newest schema; of several processes one does it, others wait."""
    with reader.connect() as connection:
        if revision(connection) == HEAD:
            return
    with migrating() as connection:
        if revision(connection) != HEAD:
            _upgrade(connection)
    # A connection of before does not know what the file has become.
    reader.dispose()


def revision(connection: Connection) -> str | None:
    """The schema's version in this database; None when there is none yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608
    return None if found is None else str(found)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreSettingsError(
            f"the database has schema {revision(connection)}, newer than this catalyst-hub knows "
            f"({HEAD}); install the version that wrote it or restore an older backup"
        ) from error
