"""Persons: who they are, how they sign in, where they belong, what they chose."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Facts, Instant, Key

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
    Column("email", Text),
    Column("erased_at", Instant),
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
    Column("login", Text),
    Column("confirmed_at", Instant),
    Column("by_rule", Facts),
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

return_phrases = Table(
    "return_phrases",
    metadata,
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("digest", String(255), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("reset_by", String(255)),
)

# Names of people who were erased, digested: nobody else is ever given one of them.
retired_names = Table(
    "retired_names",
    metadata,
    Column("hub", String(255), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("retired_at", Instant, nullable=False),
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
