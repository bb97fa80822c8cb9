"""Sessions, the ledger and its roll-ups, and the locks of admission."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    literal_column,
)

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Day, Facts, Instant, Key

#: The columns of a :class:`~catalyst_hub.core.resources.Usage`, in its order.
USAGE = ("server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")


def _usage() -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in USAGE]


sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("user_name", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("profile", String(255), nullable=False),
    Column("size", String(255), nullable=False),
    Column("interface", String(255), nullable=False),
    Column("cpu_milli", BigInteger, nullable=False),
    Column("memory_bytes", BigInteger, nullable=False),
    Column("gpu", Integer, nullable=False),
    Column("rate_micros", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("running_at", Instant),
    Column("seen_at", Instant),
    Column("activity_at", Instant),
    Column("ended_at", Instant),
    Column("end_reason", String(32)),
    Column("estimate_ms", BigInteger),
    Column("actor", String(255)),
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id")),
    Index(None, "hub", "user_name", "server_name", "reserved_at"),
)

_IS_IN_WORKSHOP = sessions.c.workshop_id.is_not(None)

Index(
    "ix_sessions_workshop_id",
    sessions.c.workshop_id,
    sqlite_where=_IS_IN_WORKSHOP,
    postgresql_where=_IS_IN_WORKSHOP,
)

#: The condition of the partial indexes, which SQLite uses only when a query repeats it to the
#: letter; so no bound parameters in it.
IS_LIVE = sessions.c.state.in_([literal_column("'reserved'"), literal_column("'running'")])

Index(
    "uq_sessions_live_server",
    sessions.c.hub,
    sessions.c.user_name,
    sessions.c.server_name,
    unique=True,
    sqlite_where=IS_LIVE,
    postgresql_where=IS_LIVE,
)
Index(
    "ix_sessions_live_community",
    sessions.c.community,
    sqlite_where=IS_LIVE,
    postgresql_where=IS_LIVE,
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("entry_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("session_id", String(64), ForeignKey("sessions.session_id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day_on", Day, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    *_usage(),
    Column("currency", String(3), nullable=False),
)

_IS_CHARGE = ledger_entries.c.kind == literal_column("'charge'")

# One charge for each day of a session, whatever two processes believe; corrections may repeat.
Index(
    "uq_ledger_entries_charge",
    ledger_entries.c.session_id,
    ledger_entries.c.day_on,
    unique=True,
    sqlite_where=_IS_CHARGE,
    postgresql_where=_IS_CHARGE,
)

_IS_CORRECTION = ledger_entries.c.kind == literal_column("'correction'")

Index(
    "ix_ledger_entries_correction",
    ledger_entries.c.session_id,
    sqlite_where=_IS_CORRECTION,
    postgresql_where=_IS_CORRECTION,
)


def _sums(name: str, *keys: Column[Any]) -> Table:
    """Sums of the ledger by these keys. They begin with what admission looks for: a community, or
    one person in it, and a few days."""
    currency = Column("currency", String(3), primary_key=True)
    sessions_begun = Column("sessions", BigInteger, nullable=False)
    columns = (*keys, currency, sessions_begun, *_usage())
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


def _word(name: str) -> Column[str]:
    return Column(name, String(255), primary_key=True)


def _day(name: str) -> Column[date]:
    return Column(name, Day, primary_key=True)


def _id_in(table: str, name: str) -> Column[int]:
    return Column(name, Key, ForeignKey(f"{table}.{name}"), primary_key=True)


def _person() -> Column[int]:
    return _id_in("people", "person_id")


community_days = _sums("community_days", _word("community"), _day("day_on"), _word("hub"))
person_days = _sums(
    "person_days", _word("community"), _person(), _day("day_on"), _word("hub"), _word("profile")
)
# By profile over all people, and of one workshop: what limits of these look for.
profile_days = _sums(
    "profile_days", _word("community"), _word("profile"), _day("day_on"), _word("hub")
)
workshop_days = _sums(
    "workshop_days",
    *(_id_in("workshops", "workshop_id"), _person()),
    *(_day("day_on"), _word("hub"), _word("profile")),
)
# The same by month (its first day), for whoever asks about long times.
community_months = _sums("community_months", _word("community"), _day("month_on"), _word("hub"))
person_months = _sums(
    "person_months", _word("community"), _person(), _day("month_on"), _word("hub"), _word("profile")
)

community_locks = Table(
    "community_locks",
    metadata,
    Column("slug", String(255), primary_key=True),
    Column("taken", BigInteger, nullable=False),
)

# A server that is going to be stopped, of which its owner is told before.
notices = Table(
    "notices",
    metadata,
    Column("session_id", String(64), ForeignKey("sessions.session_id"), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("stop_at", Instant, nullable=False),
    Column("facts", Facts),
    Column("asked_at", Instant),
    Column("dismissed_at", Instant),
    # How often she was reminded since; null: not yet.
    Column("reminders", Integer),
)
