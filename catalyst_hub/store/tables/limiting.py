"""What limits are made of beside the communities file: credit, exceptions, turns, pauses, homes."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Day, Facts, Instant, Key

# Money that a named person has put into a community's budget; taking back is a negative one.
top_ups = Table(
    "top_ups",
    metadata,
    Column("top_up_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False, index=True),
    Column("micros", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
)

# Which step of a budget was reached in which window: everybody is told of it once.
budget_steps = Table(
    "budget_steps",
    metadata,
    Column("community", String(255), primary_key=True),
    Column("first_on", Day, primary_key=True),
    Column("step", String(16), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("reached_at", Instant, nullable=False),
)

# More than a limit allows, for a person or a whole community, until it expires.
exceptions = Table(
    "exceptions",
    metadata,
    Column("exception_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False, index=True),
    Column("person_id", Key, ForeignKey("people.person_id"), index=True),
    Column("unit", String(32), nullable=False),
    Column("window", String(32), nullable=False),
    Column("profile", String(255)),
    Column("days", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("revoked_by", String(255)),
    Column("revoked_at", Instant),
)

# "Ask my champion": who was refused or is about to be stopped, and what came of asking.
appeals = Table(
    "appeals",
    metadata,
    Column("appeal_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("code", String(32), nullable=False),
    Column("facts", Facts),
    Column("message", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", String(16)),
    Column("answered_by", String(255)),
    Column("answered_at", Instant),
    Column("reply", Text),
    Index(None, "hub", "community"),
)

_IS_OPEN = appeals.c.answer.is_(None)

# One open appeal for each person and community, however often the button is pressed.
Index(
    "uq_appeals_open",
    appeals.c.community,
    appeals.c.person_id,
    unique=True,
    sqlite_where=_IS_OPEN,
    postgresql_where=_IS_OPEN,
)

# The owner of a server that was going to be stopped has put that off.
keeps = Table(
    "keeps",
    metadata,
    Column("session_id", String(64), ForeignKey("sessions.session_id"), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("kept_at", Instant, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("kept_by", String(255), nullable=False),
    Column("stop_at", Instant, nullable=False),
)

# The waiting room: who waits for a seat, in the order of place_id.
waiting_places = Table(
    "waiting_places",
    metadata,
    Column("place_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("community", String(255), nullable=False),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("user_name", String(255), nullable=False),
    Column("server_name", String(255), nullable=False),
    Column("options", Facts),
    Column("asked_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("called_at", Instant),
    Column("seat_until", Instant),
    Column("passed_by", String(255)),
    Column("over_at", Instant),
    Column("outcome", String(16)),
    Index(None, "community", "called_at"),
)

#: As for live sessions: to the letter, or SQLite does not use the partial indexes.
IS_WAITING = waiting_places.c.over_at.is_(None)

Index(
    "uq_waiting_places_server",
    waiting_places.c.hub,
    waiting_places.c.user_name,
    waiting_places.c.server_name,
    unique=True,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)
Index(
    "ix_waiting_places_community",
    waiting_places.c.community,
    sqlite_where=IS_WAITING,
    postgresql_where=IS_WAITING,
)

# A hub, or one community of it, pauses: announced before, no starts during, drained if so said.
maintenances = Table(
    "maintenances",
    metadata,
    Column("maintenance_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False, index=True),
    Column("community", String(255)),
    Column("message", Facts, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("drain_at", Instant),
    Column("made_by", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("ended_by", String(255)),
    Column("ended_at", Instant),
)

# How full a person's home directory was when it was last looked at.
storage_uses = Table(
    "storage_uses",
    metadata,
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("used_bytes", BigInteger, nullable=False),
    Column("limit_bytes", BigInteger),
    Column("measured_at", Instant, nullable=False),
    Column("warned_at", Instant),
)
