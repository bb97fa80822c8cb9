"""What the store holds of sessions: runs of servers, what limits them, what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from catalyst_hub.core.account import Account, UsageSnapshot
from catalyst_hub.core.ledger import LedgerEntry
from catalyst_hub.core.report import ReportQuery, ReportRow
from catalyst_hub.core.session import Ending, ServerKey, Session
from catalyst_hub.core.window import Period


class Sessions(Protocol):
    """Runs of servers."""

    def live(self, key: ServerKey) -> Session | None:
        """The reserved or running session of a server."""

    def all_live(self, community: str | None = None) -> Sequence[Session]:
        """Live sessions of this hub, of one community or all."""

    def get(self, session_id: str) -> Session | None:
        """A session of this hub by id."""

    def latest(self, key: ServerKey) -> Session | None:
        """The session of a server that was reserved last, whatever became of it."""

    def started_by_others(self, user_name: str) -> Sequence[Session]:
        """The latest of a person's sessions that somebody else has started, the newest first."""

    def add(self, session: Session) -> None:
        """Insert a session. A second live one for the same server is an error of the database."""

    def run(self, session_id: str, running_at: datetime) -> None:
        """A reserved or released session is running (its server answers)."""

    def seen(self, seen: Mapping[str, datetime | None], now: datetime) -> None:
        """Heartbeat of running sessions: last activity by session id (None: not known)."""

    def end(self, session: Session, ending: Ending, entries: Sequence[LedgerEntry]) -> bool:
        """Close a live session and write its entries and roll-ups in the same step.

        False, and nothing written, when it was not live any more: closing is idempotent.
        """

    def correct(self, session: Session, ended_at: datetime, entries: Sequence[LedgerEntry]) -> bool:
        """Move the end of an ended session, and write the entries and roll-ups for it.

        False, and nothing written, when its end is not any more what ``session`` says.
        """

    def next_start(self, session: Session) -> datetime | None:
        """When the same server ran the next time."""

    def release(self, session_id: str, ending: Ending) -> bool:
        """Give back a reservation that never ran; False when it was not reserved any more."""


class Limits(Protocol):
    """What admission locks and reads."""

    def lock(self, community: str) -> None:
        """Hold this community's lock until the transaction ends. Take before reading usage."""

    def snapshot(
        self,
        community: str,
        person_id: int | None,
        periods: Mapping[Account, Period],
        workshop_id: int | None = None,
    ) -> UsageSnapshot:
        """Ended use of each account in its period, and all live sessions, over every hub that
        shares the database.

        Personal accounts are those of one person; of None, of everybody who has a live session.
        ``workshop_id`` is whose accounts of workshops are meant.
        """


class Reports(Protocol):
    """Sums for reports, from the roll-ups and the sessions still live."""

    def rows(self, query: ReportQuery, now: datetime) -> Sequence[ReportRow]:
        """Rows by the query's keys, unsorted."""

    def first_day(self, community: str | None = None) -> date | None:
        """The first day with any entry."""

    def last_days(self, community: str) -> Mapping[int, date]:
        """The last day with any entry, by person id."""
