"""Alembic's entry: runs migrations in the transaction that :func:`..migrate` has opened."""

from __future__ import annotations

from alembic import context

from catalyst_hub.store.migrations import VERSION_TABLE
from catalyst_hub.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by copying it.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
