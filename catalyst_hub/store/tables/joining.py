"""How people come to belong: workshops, invitations, requests, and what they agree to."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Day, Instant, Key

workshops = Table(
    "workshops",
    metadata,
    Column("workshop_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("first_on", Day, nullable=False),
    Column("last_on", Day, nullable=False),
    Column("created_by", String(255), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Column("changed_at", Instant),
    # What it needs; null where it was made without.
    Column("language", String(16)),
    Column("profile", String(255)),
    Column("size", String(255)),
    Column("seats", Integer),
    Column("material", Text),
    Column("budget_micros", BigInteger),
    Column("currency", String(3)),
    Column("warm_minutes", Integer),
    Column("nights", String(16)),
    Column("clean_after_days", Integer),
    Column("idle_minutes", Integer),
    Column("max_age_minutes", Integer),
    Column("grace_minutes", Integer),
    Column("ceiling_minutes", Integer),
    # Beyond the bounds it waits for the operator's answer.
    Column("asked_at", Instant),
    Column("asked_reason", Text),
    Column("answer", String(16)),
    Column("answered_by", String(255)),
    Column("answered_at", Instant),
    Column("reply", Text),
    Index(None, "hub", "community"),
    # Hubs that share the database share a community's limits, and so its workshops' room.
    Index(None, "community"),
)

instructors = Table(
    "instructors",
    metadata,
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True, index=True),
    Column("hub", String(255), nullable=False),
    Column("added_by", String(255), nullable=False),
    Column("added_at", Instant, nullable=False),
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
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id")),
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

join_requests = Table(
    "join_requests",
    metadata,
    Column("request_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("message", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(16)),
    Column("answered_by", String(255)),
    Column("answered_at", Instant),
    Index(None, "hub", "community"),
)

_IS_OPEN = join_requests.c.answer.is_(None)

# One open request for each person and community, however often the button is pressed.
Index(
    "uq_join_requests_open",
    join_requests.c.community,
    join_requests.c.person_id,
    unique=True,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)

consents = Table(
    "consents",
    metadata,
    Column("consent_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("asked_by", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(16)),
    Column("answered_at", Instant),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index(None, "hub", "community"),
)

acceptances = Table(
    "acceptances",
    metadata,
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("community", String(255), primary_key=True),
    Column("version", String(64), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("language", String(16), nullable=False),
    Column("accepted_at", Instant, nullable=False),
)
