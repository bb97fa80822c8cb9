"""The ledger and its sums by day and month, which are always written together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from catalyst_hub.core.ledger import LedgerEntry, sessions_begun
from catalyst_hub.core.session import Session
from catalyst_hub.store.repository import Repository, insert_into, usage_columns
from catalyst_hub.store.tables import (
    USAGE,
    community_days,
    community_months,
    ledger_entries,
    person_days,
    person_months,
    profile_days,
    workshop_days,
)

_SUMS = ("sessions", *USAGE)
#: Where every session counts; those of a workshop count in ``workshop_days``, too.
_SUMS_OF = (community_days, person_days, profile_days, community_months, person_months)


class SqlLedger(Repository):
    """Entries of ended sessions. Only ever added to; the database refuses anything else."""

    def add(self, session: Session, entries: Sequence[LedgerEntry]) -> None:
        """Write a session's entries, and add them to all sums in which it counts."""
        if not entries:
            return
        self._connection.execute(insert(ledger_entries), [self._entry(e) for e in entries])
        days = [self._day(session, entry) for entry in entries]
        for table in _SUMS_OF if session.workshop_id is None else (*_SUMS_OF, workshop_days):
            self._connection.execute(
                adding(self._dialect, table), [_only(table, day) for day in days]
            )

    def _entry(self, entry: LedgerEntry) -> dict[str, object]:
        return {
            "hub": self._hub,
            "session_id": entry.session_id,
            "kind": entry.kind.value,
            "day_on": entry.day_on,
            "starts_at": entry.starts_at,
            "ends_at": entry.ends_at,
            "currency": entry.currency,
            **usage_columns(entry.usage),
        }

    def _day(self, session: Session, entry: LedgerEntry) -> dict[str, object]:
        return {
            "hub": self._hub,
            "community": session.choice.community,
            "person_id": session.person_id,
            "profile": session.choice.profile,
            "workshop_id": session.workshop_id,
            "currency": entry.currency,
            "day_on": entry.day_on,
            "month_on": entry.day_on.replace(day=1),
            "sessions": sessions_begun(session, entry),
            **usage_columns(entry.usage),
        }


def _only(table: Table, values: dict[str, object]) -> dict[str, object]:
    return {name: values[name] for name in table.c.keys()}  # noqa: SIM118


@cache
def adding(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Insert a day, or add to the one that is there."""
    statement = insert_into(dialect, table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: table.c[name] + statement.excluded[name] for name in _SUMS},
    )
