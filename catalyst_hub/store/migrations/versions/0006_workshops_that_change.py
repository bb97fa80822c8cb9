"""When a workshop was changed last, and how soon its own servers stop without use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("workshops", sa.Column("changed_at", sa.BigInteger(), nullable=True))
    op.add_column("workshops", sa.Column("idle_minutes", sa.Integer(), nullable=True))
