"""What happened: the audit, accepted files, signs of life, mail on its way."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Facts, Instant, Key

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

mails = Table(
    "mails",
    metadata,
    Column("mail_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("kind", String(64), nullable=False),
    Column("facts", Facts),
    Column("queued_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("tries", Integer, nullable=False),
    Column("problem", Text),
    Column("sent_at", Instant),
    Index(None, "hub", "due_at"),
)
