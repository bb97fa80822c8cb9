"""How a workshop goes: its hours, what was done for it, who was refused, who leaves after it."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from catalyst_hub.store.tables.metadata import metadata
from catalyst_hub.store.types import Day, Instant, Key

# From an hour to an hour of a day, in the community's zone: "09:00", at most "24:00".
meetings = Table(
    "meetings",
    metadata,
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("day_on", Day, nullable=False),
    Column("starts", String(5), nullable=False),
    Column("ends", String(5), nullable=False),
)

# What was done for a workshop: each step once, whoever is killed in between.
workshop_steps = Table(
    "workshop_steps",
    metadata,
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id"), primary_key=True),
    Column("step", String(64), primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("done_at", Instant, nullable=False),
)

# Who could not start during a workshop, and why.
workshop_denials = Table(
    "workshop_denials",
    metadata,
    Column("denial_id", Key, primary_key=True),
    Column("hub", String(255), nullable=False),
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id"), nullable=False, index=True),
    Column("person_id", Key, ForeignKey("people.person_id"), nullable=False, index=True),
    Column("denied_at", Instant, nullable=False),
    Column("code", String(32), nullable=False),
)

# People who came for a workshop alone: how often they were told that their files go, and when.
farewells = Table(
    "farewells",
    metadata,
    Column("workshop_id", Key, ForeignKey("workshops.workshop_id"), primary_key=True),
    Column("person_id", Key, ForeignKey("people.person_id"), primary_key=True, index=True),
    Column("hub", String(255), nullable=False),
    Column("notices", Integer, nullable=False),
    Column("told_at", Instant, nullable=False),
    Column("kept_at", Instant),
    Column("removed_at", Instant),
)
