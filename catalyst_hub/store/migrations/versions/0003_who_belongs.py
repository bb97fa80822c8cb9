"""Workshops, requests, return phrases, consents, terms, notices and mail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _widen_people()
    _create_workshops()
    _create_return_phrases()
    _create_join_requests()
    _create_agreements()
    _create_notices_and_mails()
    _let_erased_people_go()


def _text(name: str, length: int = 255, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _KEY, nullable=False)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.{column}"], name=f"fk_{table}_{column}")


def _primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _widen_people() -> None:
    op.add_column("people", sa.Column("email", sa.Text()))
    op.add_column("people", _at("erased_at", nullable=True))
    op.add_column("identities", sa.Column("login", sa.Text()))
    op.add_column("identities", _at("confirmed_at", nullable=True))
    op.add_column("identities", sa.Column("by_rule", sa.Text()))


def _create_workshops() -> None:
    op.create_table(
        "workshops",
        _key("workshop_id"),
        _text("hub"),
        _text("community"),
        sa.Column("title", sa.Text(), nullable=False),
        _text("first_on", 10),
        _text("last_on", 10),
        _text("created_by"),
        _at("created_at"),
        _at("cancelled_at", nullable=True),
        _primary("workshops", "workshop_id"),
    )
    _index("workshops", "hub", "community")
    op.create_table(
        "instructors",
        _key("workshop_id"),
        _key("person_id"),
        _text("hub"),
        _text("added_by"),
        _at("added_at"),
        _refers("instructors", "workshop_id", "workshops"),
        _refers("instructors", "person_id", "people"),
        _primary("instructors", "workshop_id", "person_id"),
    )
    _index("instructors", "person_id")
    # Written out: Alembic would copy the table for it, and the seats taken refer to its rows.
    whole_number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE invitations ADD COLUMN workshop_id {whole_number}"
        " CONSTRAINT fk_invitations_workshop_id REFERENCES workshops (workshop_id)"
    )


def _create_return_phrases() -> None:
    op.create_table(
        "return_phrases",
        _key("person_id"),
        _text("hub"),
        _text("digest"),
        _at("made_at"),
        _text("reset_by", nullable=True),
        _refers("return_phrases", "person_id", "people"),
        _primary("return_phrases", "person_id"),
    )
    op.create_table(
        "retired_names",
        _text("hub"),
        _text("digest", 64),
        _at("retired_at"),
        _primary("retired_names", "hub", "digest"),
    )


def _create_join_requests() -> None:
    op.create_table(
        "join_requests",
        _key("request_id"),
        _text("hub"),
        _text("community"),
        _key("person_id"),
        sa.Column("message", sa.Text(), nullable=False),
        _at("asked_at"),
        _text("answer", 16, nullable=True),
        _text("answered_by", nullable=True),
        _at("answered_at", nullable=True),
        _refers("join_requests", "person_id", "people"),
        _primary("join_requests", "request_id"),
    )
    _index("join_requests", "hub", "community")
    _index("join_requests", "person_id")
    is_open = sa.text("answer IS NULL")
    op.create_index(
        "uq_join_requests_open",
        "join_requests",
        ["community", "person_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _create_agreements() -> None:
    op.create_table(
        "consents",
        _key("consent_id"),
        _text("hub"),
        _text("community"),
        _key("person_id"),
        _text("asked_by"),
        _text("kind", 16),
        _text("server_name"),
        sa.Column("reason", sa.Text(), nullable=False),
        _at("asked_at"),
        _text("answer", 16, nullable=True),
        _at("answered_at", nullable=True),
        _at("ends_at"),
        _at("used_at", nullable=True),
        _refers("consents", "person_id", "people"),
        _primary("consents", "consent_id"),
    )
    _index("consents", "hub", "community")
    _index("consents", "person_id")
    op.create_table(
        "acceptances",
        _key("person_id"),
        _text("community"),
        _text("version", 64),
        _text("hub"),
        _text("language", 16),
        _at("accepted_at"),
        _refers("acceptances", "person_id", "people"),
        _primary("acceptances", "person_id", "community", "version"),
    )


def _create_notices_and_mails() -> None:
    op.create_table(
        "notices",
        _text("session_id", 64),
        _text("reason", 32),
        _text("hub"),
        _at("given_at"),
        _at("stop_at"),
        _refers("notices", "session_id", "sessions"),
        _primary("notices", "session_id", "reason"),
    )
    op.create_table(
        "mails",
        _key("mail_id"),
        _text("hub"),
        _key("person_id"),
        _text("kind", 64),
        sa.Column("facts", sa.Text()),
        _at("queued_at"),
        _at("due_at", nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text()),
        _at("sent_at", nullable=True),
        _refers("mails", "person_id", "people"),
        _primary("mails", "mail_id"),
    )
    _index("mails", "person_id")
    _index("mails", "hub", "due_at")


#: Only an alias may take the place of a name in the audit; what happened, where and when stays.
_IS_REWRITTEN = """NOT (
    NEW.audit_id = OLD.audit_id AND NEW.hub = OLD.hub AND NEW.at = OLD.at
    AND NEW.action = OLD.action AND NEW.community {same} OLD.community
    AND (NEW.actor = OLD.actor OR NEW.actor LIKE 'erased:%')
    AND (NEW.subject {same} OLD.subject OR coalesce(NEW.subject, '') LIKE 'erased:%')
    AND (NEW.facts {same} OLD.facts OR coalesce(NEW.facts, '') LIKE '%erased:%')
)"""


def _let_erased_people_go() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_no_update")
        op.execute(
            f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
            f"WHEN {_IS_REWRITTEN.format(same='IS')} "
            "BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
        )
        return
    op.execute("DROP TRIGGER audit_append_only ON audit")
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW "
        f"WHEN ({_IS_REWRITTEN.format(same='IS NOT DISTINCT FROM')}) "
        "EXECUTE FUNCTION audit_is_append_only()"
    )
