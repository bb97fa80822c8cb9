"""The other limits of culling that a workshop may have of its own, beside how soon it is idle."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("max_age_minutes", sa.Integer(), nullable=True))
    op.add_column("workshops", sa.Column("grace_minutes", sa.Integer(), nullable=True))
    op.add_column("workshops", sa.Column("ceiling_minutes", sa.Integer(), nullable=True))
