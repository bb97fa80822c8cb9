"""Invitations, removals, and why somebody is a member."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("memberships", sa.Column("grounds", sa.Text()))
    op.create_index("ix_audit_hub_community", "audit", ["hub", "community"])
    _create_removals()
    _create_invitations()
    _create_redemptions()


def _hub() -> sa.Column[str]:
    return sa.Column("hub", sa.String(255), nullable=False)


def _create_removals() -> None:
    op.create_table(
        "removals",
        _hub(),
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("removed_by", sa.String(255), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.person_id"], name="fk_removals_person_id"),
        sa.PrimaryKeyConstraint("hub", "community", "person_id", name="pk_removals"),
    )
    op.create_index("ix_removals_person_id", "removals", ["person_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("invitation_id", _KEY, nullable=False),
        _hub(),
        sa.Column("community", sa.String(255), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_by", sa.String(255)),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("invitation_id", name="pk_invitations"),
        sa.UniqueConstraint("hub", "digest", name="uq_invitations_hub_digest"),
    )
    op.create_index("ix_invitations_hub_community", "invitations", ["hub", "community"])


def _create_redemptions() -> None:
    op.create_table(
        "redemptions",
        sa.Column("invitation_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        _hub(),
        sa.Column("redeemed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["invitations.invitation_id"],
            name="fk_redemptions_invitation_id",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name="fk_redemptions_person_id"
        ),
        sa.PrimaryKeyConstraint("invitation_id", "person_id", name="pk_redemptions"),
    )
