"""Credit, exceptions, waiting, maintenance, storage; sums by profile, workshop and month."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_USAGE = ("server_ms", "cpu_ms", "mib_ms", "gpu_ms", "micros")
_SUMS = ("sessions", *_USAGE)


def upgrade() -> None:
    _create_credit()
    _create_exceptions()
    _create_appeals()
    _create_keeps()
    _create_waiting_places()
    _create_maintenances()
    _create_storage_uses()
    _add_workshops_to_sessions()
    _find_sessions_of_people()
    _let_notices_say_why()
    _create_sums_of_parts()
    _create_months()
    _let_old_names_go()


def _text(name: str, length: int = 255, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _long(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _key(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, _KEY, nullable=nullable)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{column}"], name=f"fk_{table}_{column}")


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _partial(name: str, table: str, columns: list[str], where: str, *, unique: bool) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _create_credit() -> None:
    op.create_table(
        "top_ups",
        _key("top_up_id"),
        _text("hub"),
        _text("community"),
        _number("micros"),
        _text("currency", 3),
        _long("reason"),
        _text("made_by"),
        _number("made_at"),
        _primary("top_ups", "top_up_id"),
    )
    _index("top_ups", "community")
    _keep_top_ups()
    op.create_table(
        "budget_steps",
        _text("community"),
        _text("first_on", 10),
        _text("step", 16),
        _text("hub"),
        _number("reached_at"),
        _primary("budget_steps", "community", "first_on", "step"),
    )


#: What was paid in stays paid in; only an alias may take the place of a name.
_IS_REWRITTEN = """NOT (
    NEW.top_up_id = OLD.top_up_id AND NEW.hub = OLD.hub AND NEW.community = OLD.community
    AND NEW.micros = OLD.micros AND NEW.currency = OLD.currency AND NEW.made_at = OLD.made_at
    AND (NEW.made_by = OLD.made_by OR NEW.made_by LIKE 'erased:%')
    AND (NEW.reason = OLD.reason OR NEW.reason LIKE '%erased:%')
)"""


def _keep_top_ups() -> None:
    if op.get_bind().dialect.name == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'top_ups is append-only'); END"
        op.execute(f"CREATE TRIGGER top_ups_no_delete BEFORE DELETE ON top_ups {refuse}")
        op.execute(
            f"CREATE TRIGGER top_ups_no_update BEFORE UPDATE ON top_ups"
            f" WHEN {_IS_REWRITTEN} {refuse}"
        )
        return
    op.execute(
        "CREATE FUNCTION top_ups_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'top_ups is append-only' "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER top_ups_append_only BEFORE DELETE OR TRUNCATE ON top_ups "
        "FOR EACH STATEMENT EXECUTE FUNCTION top_ups_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER top_ups_no_update BEFORE UPDATE ON top_ups FOR EACH ROW "
        f"WHEN ({_IS_REWRITTEN}) EXECUTE FUNCTION top_ups_is_append_only()"
    )


def _create_exceptions() -> None:
    op.create_table(
        "exceptions",
        _key("exception_id"),
        _text("hub"),
        _text("community"),
        _key("person_id", nullable=True),
        _text("unit", 32),
        _text("window", 32),
        _text("profile", nullable=True),
        _number("days"),
        _number("amount"),
        _long("reason"),
        _text("made_by"),
        _number("made_at"),
        _number("expires_at"),
        _text("revoked_by", nullable=True),
        _number("revoked_at", nullable=True),
        _refers("exceptions", "person_id", "people"),
        _primary("exceptions", "exception_id"),
    )
    _index("exceptions", "community")
    _index("exceptions", "person_id")


def _create_appeals() -> None:
    op.create_table(
        "appeals",
        _key("appeal_id"),
        _text("hub"),
        _text("community"),
        _key("person_id"),
        _text("code", 32),
        _long("facts", nullable=True),
        _long("message"),
        _number("asked_at"),
        _text("answer", 16, nullable=True),
        _text("answered_by", nullable=True),
        _number("answered_at", nullable=True),
        _long("reply", nullable=True),
        _refers("appeals", "person_id", "people"),
        _primary("appeals", "appeal_id"),
    )
    _index("appeals", "hub", "community")
    _index("appeals", "person_id")
    open_ones = ["community", "person_id"]
    _partial("uq_appeals_open", "appeals", open_ones, "answer IS NULL", unique=True)


def _create_keeps() -> None:
    op.create_table(
        "keeps",
        _text("session_id", 64),
        _text("reason", 32),
        _number("kept_at"),
        _text("hub"),
        _text("kept_by"),
        _number("stop_at"),
        _refers("keeps", "session_id", "sessions"),
        _primary("keeps", "session_id", "reason", "kept_at"),
    )


def _create_waiting_places() -> None:
    table = "waiting_places"
    op.create_table(
        table,
        _key("place_id"),
        _text("hub"),
        _text("community"),
        _key("person_id"),
        _text("user_name"),
        _text("server_name"),
        _long("options", nullable=True),
        _number("asked_at"),
        _number("seen_at"),
        _number("called_at", nullable=True),
        _number("seat_until", nullable=True),
        _text("passed_by", nullable=True),
        _number("over_at", nullable=True),
        _text("outcome", 16, nullable=True),
        _refers(table, "person_id", "people"),
        _primary(table, "place_id"),
    )
    _index(table, "person_id")
    waits = "over_at IS NULL"
    server = ["hub", "user_name", "server_name"]
    _partial("uq_waiting_places_server", table, server, waits, unique=True)
    _partial("ix_waiting_places_community", table, ["community"], waits, unique=False)
    _index(table, "community", "called_at")


def _create_maintenances() -> None:
    op.create_table(
        "maintenances",
        _key("maintenance_id"),
        _text("hub"),
        _text("community", nullable=True),
        _long("message"),
        _number("starts_at"),
        _number("ends_at", nullable=True),
        _number("drain_at", nullable=True),
        _text("made_by"),
        _number("made_at"),
        _text("ended_by", nullable=True),
        _number("ended_at", nullable=True),
        _primary("maintenances", "maintenance_id"),
    )
    _index("maintenances", "hub")


def _create_storage_uses() -> None:
    op.create_table(
        "storage_uses",
        _key("person_id"),
        _text("hub"),
        _number("used_bytes"),
        _number("limit_bytes", nullable=True),
        _number("measured_at"),
        _number("warned_at", nullable=True),
        _refers("storage_uses", "person_id", "people"),
        _primary("storage_uses", "person_id"),
    )


def _add_workshops_to_sessions() -> None:
    # Written out: Alembic would copy the table for it, and the ledger refers to its rows.
    whole_number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE sessions ADD COLUMN workshop_id {whole_number}"
        " CONSTRAINT fk_sessions_workshop_id REFERENCES workshops (workshop_id)"
    )
    has_one = "workshop_id IS NOT NULL"
    _partial("ix_sessions_workshop_id", "sessions", ["workshop_id"], has_one, unique=False)


def _find_sessions_of_people() -> None:
    """The ledger is checked person by person; charges have an index already."""
    _index("sessions", "person_id")
    name, is_one = "ix_ledger_entries_correction", "kind = 'correction'"
    _partial(name, "ledger_entries", ["session_id"], is_one, unique=False)


def _create_sums_of_parts() -> None:
    of_profile = ("community", "profile", "day_on", "hub", "currency")
    _create_sums("profile_days", *of_profile)
    _fill("profile_days", "person_days", of_profile)
    # No session has been of a workshop yet.
    of_workshop = ("workshop_id", "person_id", "day_on", "hub", "profile", "currency")
    _create_sums("workshop_days", *of_workshop)


def _let_notices_say_why() -> None:
    op.add_column("notices", _long("facts", nullable=True))
    op.add_column("notices", _number("asked_at", nullable=True))
    op.add_column("notices", _number("dismissed_at", nullable=True))


def _create_months() -> None:
    of_community = ("community", "month_on", "hub", "currency")
    _create_sums("community_months", *of_community)
    _fill("community_months", "community_days", of_community)
    of_person = ("community", "person_id", "month_on", "hub", "profile", "currency")
    _create_sums("person_months", *of_person)
    _fill("person_months", "person_days", of_person)


_LENGTHS = {"day_on": 10, "month_on": 10, "currency": 3}
_TABLES = {"person_id": "people", "workshop_id": "workshops"}


def _create_sums(table: str, *keys: str) -> None:
    op.create_table(
        table,
        *(_key(k) if k in _TABLES else _text(k, _LENGTHS.get(k, 255)) for k in keys),
        *(_number(name) for name in _SUMS),
        *(_refers(table, key, _TABLES[key]) for key in keys if key in _TABLES),
        _primary(table, *keys),
        sqlite_with_rowid=False,
    )


def _fill(table: str, days: str, keys: tuple[str, ...]) -> None:
    """Sums of the days that are there."""
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in _SUMS)
    taken = [{"month_on": "substr(day_on, 1, 7) || '-01'"}.get(key, key) for key in keys]
    summed = f"SELECT {', '.join(taken)}, {sums} FROM {days} GROUP BY {', '.join(taken)}"  # noqa: S608
    op.execute(f"INSERT INTO {table} ({', '.join((*keys, *_SUMS))}) {summed}")


#: As in 0003; and old lines about sessions may lose the names in them.
_AUDIT_IS_REWRITTEN = """NOT (
    NEW.audit_id = OLD.audit_id AND NEW.hub = OLD.hub AND NEW.at = OLD.at
    AND NEW.action = OLD.action AND NEW.community {same} OLD.community
    AND (NEW.actor = OLD.actor OR NEW.actor LIKE 'erased:%' OR NEW.actor LIKE 'past:%')
    AND (NEW.subject {same} OLD.subject OR coalesce(NEW.subject, '') LIKE 'erased:%'
         OR coalesce(NEW.subject, '') LIKE 'past:%')
    AND (NEW.facts {same} OLD.facts OR coalesce(NEW.facts, '') LIKE '%erased:%'
         OR coalesce(NEW.facts, '') LIKE '%past:%')
)"""


def _let_old_names_go() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute(
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            f"WHEN {_AUDIT_IS_REWRITTEN.format(same='IS')} "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER audit_no_update ON audit")
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW "
        f"WHEN ({_AUDIT_IS_REWRITTEN.format(same='IS NOT DISTINCT FROM')}) "
        "EXECUTE FUNCTION audit_is_append_only()"
    )
