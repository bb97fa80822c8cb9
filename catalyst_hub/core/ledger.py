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


def sessions_begun(session: Session, entry: LedgerEntry) -> int:
    """How many sessions an entry adds to its day: one counts on the day it began, until a
    correction takes all of its time back."""
    if entry.starts_at != session.running_at or not entry.usage.server_ms:
        return 0
    return 1 if entry.usage.server_ms > 0 else -1


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


def corrections(session: Session, ended_at: datetime) -> tuple[LedgerEntry, ...]:
    """What makes an ended session cost as if it had ended at ``ended_at``, day by day: more, or
    (below zero) less. The charges, and corrections of before, stay as they are."""
    if session.running_at is None or session.ended_at is None:
        return ()
    until = max(session.running_at, ended_at)
    start, end = sorted((session.ended_at, until))
    sign = 1 if until > session.ended_at else -1
    return tuple(
        LedgerEntry(
            session.session_id,
            EntryKind.CORRECTION,
            day,
            part_start,
            part_end,
            used_between(session, part_start, part_end) * sign,
            session.currency,
        )
        for day, part_start, part_end in split_by_day(start, end, session.zone)
    )
