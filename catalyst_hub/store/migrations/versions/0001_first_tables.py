"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_people()
    _create_identities()
    _create_memberships()
    _create_sessions()
    _create_ledger_entries()
    _create_community_days()
    _create_person_days()
    _create_community_locks()
    _create_choices()
    _create_audit()
    _create_policy_versions()
    _create_heartbeats()
    for table in ("ledger_entries", "audit"):
        _allow_only_inserts(table)


def _usage() -> list[sa.Column[int]]:
    names = ("server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _hub() -> sa.Column[str]:
    return sa.Column("hub", sa.String(255), nullable=False)


def _where(condition: sa.TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("person_id", _KEY, nullable=False),
        _hub(),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("pseudonym", sa.String(32), nullable=False),
        sa.Column("language", sa.String(16)),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_people"),
        sa.UniqueConstraint("hub", "name", name="uq_people_hub_name"),
        sa.UniqueConstraint("pseudonym", name="uq_people_pseudonym"),
    )


def _create_identities() -> None:
    op.create_table(
        "identities",
        _hub(),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_identities_person_id"
        ),
        sa.PrimaryKeyConstraint("hub", "provider", "subject", name="pk_identities"),
    )
    op.create_index("ix_identities_person_id", "identities", ["person_id"])


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("membership_id", _KEY, nullable=False),
        _hub(),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("granted_by", sa.String(16), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_memberships_person_id"
        ),
        sa.PrimaryKeyConstraint("membership_id", name="pk_memberships"),
        sa.UniqueConstraint(
            "person_id",
            "community",
            "granted_by",
            name="uq_memberships_person_id_community_granted_by",
        ),
    )
    op.create_index("ix_memberships_hub_community", "memberships", ["hub", "community"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.String(64), nullable=False),
        _hub(),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("user_name", sa.String(255), nullable=False),
        sa.Column("server_name", sa.String(255), nullable=False),
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("profile", sa.String(255), nullable=False),
        sa.Column("size", sa.String(255), nullable=False),
        sa.Column("interface", sa.String(255), nullable=False),
        sa.Column("cpu_milli", sa.BigInteger(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=False),
        sa.Column("gpu", sa.Integer(), nullable=False),
        sa.Column("rate_micros", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("running_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("activity_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("end_reason", sa.String(32)),
        sa.Column("estimate_ms", sa.BigInteger()),
        sa.Column("actor", sa.String(255)),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name="fk_sessions_person_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_sessions"),
    )
    _index_sessions()


def _index_sessions() -> None:
    op.create_index(
        "ix_sessions_hub_user_name_server_name_reserved_at",
        "sessions",
        ["hub", "user_name", "server_name", "reserved_at"],
    )
    op.create_index(
        "ix_sessions_live_community",
        "sessions",
        ["community"],
        **_where(sa.text("state IN ('reserved', 'running')")),
    )
    op.create_index(
        "uq_sessions_live_server",
        "sessions",
        ["hub", "user_name", "server_name"],
        unique=True,
        **_where(sa.text("state IN ('reserved', 'running')")),
    )


def _create_ledger_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("entry_id", _KEY, nullable=False),
        _hub(),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("day_on", sa.String(10), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        *_usage(),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.session_id"], name="fk_ledger_entries_session_id"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_ledger_entries"),
    )
    op.create_index(
        "uq_ledger_entries_charge",
        "ledger_entries",
        ["session_id", "day_on"],
        unique=True,
        **_where(sa.text("kind = 'charge'")),
    )


def _create_community_days() -> None:
    op.create_table(
        "community_days",
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("day_on", sa.String(10), nullable=False),
        _hub(),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        *_usage(),
        sa.PrimaryKeyConstraint("community", "day_on", "hub", "currency", name="pk_community_days"),
        sqlite_with_rowid=False,
    )


def _create_person_days() -> None:
    op.create_table(
        "person_days",
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("day_on", sa.String(10), nullable=False),
        _hub(),
        sa.Column("profile", sa.String(255), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("sessions", sa.BigInteger(), nullable=False),
        *_usage(),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_person_days_person_id"
        ),
        sa.PrimaryKeyConstraint(
            "community", "person_id", "day_on", "hub", "profile", "currency", name="pk_person_days"
        ),
        sqlite_with_rowid=False,
    )


def _create_community_locks() -> None:
    op.create_table(
        "community_locks",
        sa.Column("slug", sa.String(255), nullable=False),
        sa.Column("taken", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_community_locks"),
    )


def _create_choices() -> None:
    op.create_table(
        "choices",
        sa.Column("person_id", _KEY, nullable=False),
        _hub(),
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("profile", sa.String(255), nullable=False),
        sa.Column("size", sa.String(255), nullable=False),
        sa.Column("interface", sa.String(255), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name="fk_choices_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_choices"),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("audit_id", _KEY, nullable=False),
        _hub(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("community", sa.String(255)),
        sa.Column("subject", sa.String(255)),
        sa.Column("facts", sa.Text()),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audit"),
    )


def _create_policy_versions() -> None:
    op.create_table(
        "policy_versions",
        sa.Column("acceptance_id", _KEY, nullable=False),
        _hub(),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("acceptance_id", name="pk_policy_versions"),
    )
    op.create_index("ix_policy_versions_hub", "policy_versions", ["hub"])


def _create_heartbeats() -> None:
    op.create_table(
        "heartbeats",
        _hub(),
        sa.Column("process", sa.String(255), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hub", "process", name="pk_heartbeats"),
    )


def _allow_only_inserts(table: str) -> None:
    """What was written stays written, whoever asks: a correction is a new row."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_is_append_only()"
    )
