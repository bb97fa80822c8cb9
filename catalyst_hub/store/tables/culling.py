"""What the culler goes by besides the ledger: what servers say of themselves, and who is spared."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Facts, Instant, Key

# The last word of each running server: when it last computed, when somebody last touched
# it, when a page of it was last open.
server_reports = Table(
    "server_reports",
    metadata,
    Column("session_id", String(64), ForeignKey("sessions.session_id"), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("reported_at", Instant, nullable=False),
    Column("worked_at", Instant),
    Column("touched_at", Instant),
    Column("open_at", Instant),
    Column("facts", Facts),
)

# Whose servers are not stopped as idle for a while, by a champion's word.
spares = Table(
    "spares",
    metadata,
    Column("spare_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False, index=True),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_by", String(255)),
    Column("revoked_at", Instant),
)
