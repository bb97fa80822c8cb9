"""The tables. Every row carries the ``hub`` that owns it, except locks, which all hubs share.

Instants are ``*_at``, days ``*_on`` (in the zone of the session), amounts whole numbers.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

from catalyst_hub.store.types import Day, Facts, Instant, Key

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: The columns of a :class:`~catalyst_hub.core.resources.Usage`, in its order.
USAGE = ("server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")


def _usage() -> list[Column[int]]:
    return [Column(name, BigInteger, nullable=False) for name in USAGE]


people = Table(
    "people",
    metadata,
    Column("person_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("pseudonym", String(32), nullable=False, unique=True),
    Column("language", String(16)),
    Column("joined_at", Instant, nullable=False),
    Column("signed_in_at", Instant, nullable=False),
    UniqueConstraint("hub", "name"),
)

identities = Table(
    "identities",
    metadata,
    Column("hub", String(255), primary_key=True),
    Column("provider", String(255), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("added_at", Instant, nullable=False),
)

memberships = Table(
    "memberships",
    metadata,
    Column("membership_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False),
    Column("community", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("granted_by", String(16), nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("grounds", Facts),
    UniqueConstraint("person_id", "community", "granted_by"),
    Index(None, "hub", "community"),
)

removals = Table(
    "removals",
    metadata,
    Column("hub", String(255), primary_key=True),
    Column("community", String(255), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True, index=True),
    Column("removed_by", String(255), nullable=False),
    Column("removed_at", Instant, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("invitation_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_by", String(255)),
    Column("revoked_at", Instant),
    UniqueConstraint("hub", "digest"),
    Index(None, "hub", "community"),
)

redemptions = Table(
    "redemptions",
    metadata,
    Column("invitation_id", Key, ForeignKey("invitations.invitation_id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("redeemed_at", Instant, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False),
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
    Index(None, "hub", "user_name", "server_name", "reserved_at"),
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

# The keys begin with what admission looks for: a community, or one person in it, and a few days.
community_days = Table(
    "community_days",
    metadata,
    Column("community", String(255), primary_key=True),
    Column("day_on", Day, primary_key=True),
    Column("hub", String(255), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("sessions", BigInteger, nullable=False),
    *_usage(),
    sqlite_with_rowid=False,
)

person_days = Table(
    "person_days",
    metadata,
    Column("community", String(255), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("day_on", Day, primary_key=True),
    Column("hub", String(255), primary_key=True),
    Column("profile", String(255), primary_key=True),
    Column("currency", String(3), primary_key=True),
    Column("sessions", BigInteger, nullable=False),
    *_usage(),
    sqlite_with_rowid=False,
)

community_locks = Table(
    "community_locks",
    metadata,
    Column("slug", String(255), primary_key=True),
    Column("taken", BigInteger, nullable=False),
)

choices = Table(
    "choices",
    metadata,
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("profile", String(255), nullable=False),
    Column("size", String(255), nullable=False),
    Column("interface", String(255), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(255), nullable=False),
    Column("action", String(64), nullable=False),
    Column("community", String(255)),
    Column("subject", String(255)),
    Column("facts", Facts),
    Index(None, "hub", "community"),
)

policy_versions = Table(
    "policy_versions",
    metadata,
    Column("acceptance_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("version", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("accepted_at", Instant, nullable=False),
    Index(None, "hub"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("hub", String(255), primary_key=True),
    Column("process", String(255), primary_key=True),
    Column("last_at", Instant, nullable=False),
)
