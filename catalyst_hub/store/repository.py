"""What all repositories share: a connection in a transaction, and the hub they speak for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.core.resources import Usage
from catalyst_hub.store import tables


class Repository:
    """Rows of one hub, within one transaction."""

    def __init__(self, connection: Connection, hub: str) -> None:
        self._connection = connection
        self._hub = hub
        self._dialect = connection.dialect.name


def insert_into(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that may say ON CONFLICT, which both databases spell alike."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def listed(column: ColumnElement[str]) -> ColumnElement[str]:
    """All that a group has in a column, as one text with commas between."""
    # As part of the statement: a comma that is a value would be written into it each time anew.
    comma: Any = literal_column("','")
    return func.aggregate_strings(column, comma)


def usage_columns(usage: Usage) -> dict[str, int]:
    """A usage as the values of its columns."""
    return {name: getattr(usage, name) for name in tables.USAGE}
