"""PostgreSQL: for hubs whose processes do not share a disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text

from catalyst_hub.store.errors import StoreSettingsError

TIMEOUT_MS = 2000
_MIGRATION_TIMEOUT_MS = 60_000

#: Any number nobody else uses for an advisory lock in the same database.
_MIGRATION_LOCK = 0x6361_7461_6C79_7374


class Postgresql:
    """How to open and to migrate one PostgreSQL database."""

    def __init__(self, url: URL) -> None:
        if url.drivername == url.get_backend_name():
            raise StoreSettingsError(
                f"{url.render_as_string()}: name the driver, "
                f"{url.set(drivername='postgresql+psycopg').render_as_string()}"
            )
        self._url = url

    def prepare(self) -> None:
        """Nothing: the operator creates the database."""

    def engine(self, *, is_writer: bool, pool_size: int) -> Engine:
        """Connections that write or only read; each lock and statement within two seconds."""
        settings = {
            "lock_timeout": str(TIMEOUT_MS),
            "statement_timeout": str(TIMEOUT_MS),
            "default_transaction_read_only": "off" if is_writer else "on",
        }
        return create_engine(
            self._url,
            isolation_level="READ COMMITTED",
            connect_args=_connect_arguments(settings),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=TIMEOUT_MS / 1000,
            pool_pre_ping=True,
        )

    @contextmanager
    def migrating(self, writer: Engine) -> Iterator[Connection]:
        """A transaction that changes the schema, while no other process does."""
        patient = {"lock_timeout": str(_MIGRATION_TIMEOUT_MS), "statement_timeout": "0"}
        engine = create_engine(
            self._url, poolclass=NullPool, connect_args=_connect_arguments(patient)
        )
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            yield connection


def _connect_arguments(settings: dict[str, str]) -> dict[str, object]:
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"options": options, "connect_timeout": TIMEOUT_MS // 1000}
