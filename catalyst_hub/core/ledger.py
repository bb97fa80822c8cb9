"""The ledger: what ended sessions used and cost, by local day. Entries are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session, used_between
from catalyst_hub.core.window import split_by_day


class EntryKind(StrEnum):
    """A ``correction`` changes an earlier charge by adding to it, never by editing it."""

    CHARGE = "charge"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The use of one session on one day of its own zone."""

    session_id: str
    kind: EntryKind
    day_on: date
    starts_at: datetime
    ends_at: datetime
    usage: Usage
    currency: str


def charges(session: Session, ended_at: datetime) -> tuple[LedgerEntry, ...]:
    """The entries of a session that ended at ``ended_at``; none if it never ran.

    Rounding is cumulative from the session's start: the entries add up to exactly what the
    whole session costs, however many midnights it spans.
    """
    if session.running_at is None:
        return ()
    return tuple(
        LedgerEntry(
            session.session_id,
            EntryKind.CHARGE,
            day,
            start,
            end,
            used_between(session, start, end),
            session.currency,
        )
        for day, start, end in split_by_day(session.running_at, ended_at, session.zone)
    )
