"""Workshops with hours, steps and an end; what servers say of themselves, and who is spared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _let_workshops_say_what_they_need()
    _create_meetings()
    _create_workshop_steps()
    _create_workshop_denials()
    _create_farewells()
    _create_server_reports()
    _create_spares()
    op.add_column("notices", _count("reminders", nullable=True))


def _text(name: str, length: int = 255, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _long(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _count(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _KEY, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{column}"], name=f"fk_{table}_{column}")


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])


def _let_workshops_say_what_they_need() -> None:
    wanted = (
        _text("language", 16, nullable=True),
        _text("profile", nullable=True),
        _text("size", nullable=True),
        _count("seats", nullable=True),
        _long("material", nullable=True),
        _number("budget_micros", nullable=True),
        _text("currency", 3, nullable=True),
        _count("warm_minutes", nullable=True),
        _text("nights", 16, nullable=True),
        _count("clean_after_days", nullable=True),
        _number("asked_at", nullable=True),
        _long("asked_reason", nullable=True),
        _text("answer", 16, nullable=True),
        _text("answered_by", nullable=True),
        _number("answered_at", nullable=True),
        _long("reply", nullable=True),
    )
    for column in wanted:
        op.add_column("workshops", column)
    _index("workshops", "community")


def _create_meetings() -> None:
    op.create_table(
        "meetings",
        _key("workshop_id"),
        _count("number"),
        _text("hub"),
        _text("day_on", 10),
        _text("starts", 5),
        _text("ends", 5),
        _primary("meetings", "workshop_id", "number"),
        _refers("meetings", "workshop_id", "workshops"),
    )


def _create_workshop_steps() -> None:
    op.create_table(
        "workshop_steps",
        _key("workshop_id"),
        _text("step", 64),
        _text("hub"),
        _number("done_at"),
        _primary("workshop_steps", "workshop_id", "step"),
        _refers("workshop_steps", "workshop_id", "workshops"),
    )


def _create_workshop_denials() -> None:
    op.create_table(
        "workshop_denials",
        _key("denial_id"),
        _text("hub"),
        _key("workshop_id"),
        _key("person_id"),
        _number("denied_at"),
        _text("code", 32),
        _primary("workshop_denials", "denial_id"),
        _refers("workshop_denials", "workshop_id", "workshops"),
        _refers("workshop_denials", "person_id", "people"),
    )
    _index("workshop_denials", "workshop_id")
    _index("workshop_denials", "person_id")


def _create_farewells() -> None:
    op.create_table(
        "farewells",
        _key("workshop_id"),
        _key("person_id"),
        _text("hub"),
        _count("notices"),
        _number("told_at"),
        _number("kept_at", nullable=True),
        _number("removed_at", nullable=True),
        _primary("farewells", "workshop_id", "person_id"),
        _refers("farewells", "workshop_id", "workshops"),
        _refers("farewells", "person_id", "people"),
    )
    _index("farewells", "person_id")


def _create_server_reports() -> None:
    op.create_table(
        "server_reports",
        _text("session_id", 64),
        _text("hub"),
        _number("reported_at"),
        _number("worked_at", nullable=True),
        _number("touched_at", nullable=True),
        _number("open_at", nullable=True),
        _long("facts", nullable=True),
        _primary("server_reports", "session_id"),
        _refers("server_reports", "session_id", "sessions"),
    )


def _create_spares() -> None:
    op.create_table(
        "spares",
        _key("spare_id"),
        _text("hub"),
        _text("community"),
        _key("person_id"),
        _long("reason"),
        _text("made_by"),
        _number("made_at"),
        _number("expires_at"),
        _text("revoked_by", nullable=True),
        _number("revoked_at", nullable=True),
        _primary("spares", "spare_id"),
        _refers("spares", "person_id", "people"),
    )
    _index("spares", "community")
    _index("spares", "person_id")
