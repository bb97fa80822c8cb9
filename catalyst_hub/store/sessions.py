"""Runs of servers, from reservation to end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Update, bindparam, func, insert, select, update

from catalyst_hub.core.audit import RECONCILER
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.ledger import LedgerEntry
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import Ending, EndReason, ServerKey, Session, SessionState
from catalyst_hub.store.ledger import SqlLedger
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import IS_LIVE, sessions

_OF_HUB = select(sessions).where(sessions.c.hub == bindparam("hub"))
_OF_SERVER = _OF_HUB.where(
    sessions.c.user_name == bindparam("user_name"),
    sessions.c.server_name == bindparam("server_name"),
)
_LIVE_ONE = _OF_SERVER.where(IS_LIVE)
_LATEST = _OF_SERVER.order_by(sessions.c.reserved_at.desc(), IS_LIVE.desc()).limit(1)
_LIVE = _OF_HUB.where(IS_LIVE)
_LIVE_OF_COMMUNITY = _LIVE.where(sessions.c.community == bindparam("community"))
_STARTED_BY_OTHERS = (
    _OF_HUB.where(
        sessions.c.user_name == bindparam("user_name"),
        sessions.c.actor.not_in([bindparam("user_name"), RECONCILER]),
    )
    .order_by(sessions.c.reserved_at.desc())
    .limit(20)
)
_GET = _OF_HUB.where(sessions.c.session_id == bindparam("session_id"))

_ADD = insert(sessions)
_CHANGE = update(sessions).where(
    sessions.c.hub == bindparam("of_hub"), sessions.c.session_id == bindparam("of_session")
)
_RUN = _CHANGE.where(sessions.c.state.in_([SessionState.RESERVED, SessionState.RELEASED])).values(
    state=SessionState.RUNNING.value,
    running_at=bindparam("running_at"),
    ended_at=None,
    end_reason=None,
    estimate_ms=None,
)
_SEEN = (
    update(sessions)
    .where(
        sessions.c.hub == bindparam("of_hub"),
        sessions.c.session_id.in_(bindparam("of_sessions", expanding=True)),
        sessions.c.state == SessionState.RUNNING.value,
    )
    .values(seen_at=bindparam("seen_at"))
)
_ACTIVE = _CHANGE.where(sessions.c.state == SessionState.RUNNING.value).values(
    activity_at=bindparam("activity_at")
)
#: Sessions in one statement: databases take only so many values.
_AT_ONCE = 500
_OVER = _CHANGE.values(
    state=bindparam("state"),
    ended_at=bindparam("ended_at"),
    end_reason=bindparam("end_reason"),
    estimate_ms=bindparam("estimate_ms"),
)
_END = _OVER.where(IS_LIVE)
_CORRECT = _CHANGE.where(
    sessions.c.state == SessionState.ENDED.value, sessions.c.ended_at == bindparam("was_ended_at")
).values(ended_at=bindparam("ended_at"), estimate_ms=None)
_NEXT_START = select(func.min(sessions.c.running_at)).where(
    sessions.c.hub == bindparam("hub"),
    sessions.c.user_name == bindparam("user_name"),
    sessions.c.server_name == bindparam("server_name"),
    sessions.c.running_at >= bindparam("after"),
    sessions.c.session_id != bindparam("session_id"),
)
_RELEASE = _OVER.where(sessions.c.state == SessionState.RESERVED.value)


class SqlSessions(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Sessions`."""

    def live(self, key: ServerKey) -> Session | None:
        """The reserved or running session of a server."""
        return self._one(_LIVE_ONE, user_name=key.user_name, server_name=key.server_name)

    def all_live(self, community: str | None = None) -> Sequence[Session]:
        """Live sessions of this hub, of one community or all."""
        statement = _LIVE if community is None else _LIVE_OF_COMMUNITY
        values = {"hub": self._hub, "community": community}
        return [session_of(row) for row in self._connection.execute(statement, values)]

    def get(self, session_id: str) -> Session | None:
        """A session of this hub by id."""
        return self._one(_GET, session_id=session_id)

    def latest(self, key: ServerKey) -> Session | None:
        """The session of a server that was reserved last, whatever became of it."""
        return self._one(_LATEST, user_name=key.user_name, server_name=key.server_name)

    def started_by_others(self, user_name: str) -> Sequence[Session]:
        """The latest of a person's sessions that somebody else has started, the newest first."""
        values = {"hub": self._hub, "user_name": user_name}
        return [session_of(row) for row in self._connection.execute(_STARTED_BY_OTHERS, values)]

    def add(self, session: Session) -> None:
        """Insert a session. A second live one for the same server is an error of the database."""
        self._connection.execute(_ADD, {"hub": self._hub, **_columns(session)})

    def run(self, session_id: str, running_at: datetime) -> None:
        """A reserved or released session is running (its server answers)."""
        self._change(_RUN, session_id, running_at=running_at)

    def seen(self, seen: Mapping[str, datetime | None], now: datetime) -> None:
        """Heartbeat of running sessions: last activity by session id."""
        session_ids = list(seen)
        for start in range(0, len(session_ids), _AT_ONCE):
            some = session_ids[start : start + _AT_ONCE]
            values = {"of_hub": self._hub, "of_sessions": some, "seen_at": now}
            self._connection.execute(_SEEN, values)
        active = [
            {"of_hub": self._hub, "of_session": session_id, "activity_at": at}
            for session_id, at in seen.items()
            if at is not None
        ]
        if active:
            self._connection.execute(_ACTIVE, active)

    def end(self, session: Session, ending: Ending, entries: Sequence[LedgerEntry]) -> bool:
        """Close a live session and write its entries and roll-ups in the same step."""
        if not self._is_over(_END, session.session_id, SessionState.ENDED, ending):
            return False
        SqlLedger(self._connection, self._hub).add(session, entries)
        return True

    def correct(self, session: Session, ended_at: datetime, entries: Sequence[LedgerEntry]) -> bool:
        """Move the end of an ended session, and write the entries and roll-ups for it."""
        ends = {"was_ended_at": session.ended_at, "ended_at": ended_at}
        if not self._change(_CORRECT, session.session_id, **ends):
            return False
        SqlLedger(self._connection, self._hub).add(session, entries)
        return True

    def next_start(self, session: Session) -> datetime | None:
        """When the same server ran the next time."""
        values = {
            "hub": self._hub,
            "user_name": session.key.user_name,
            "server_name": session.key.server_name,
            "after": session.running_at,
            "session_id": session.session_id,
        }
        next_at: datetime | None = self._connection.scalar(_NEXT_START, values)
        return next_at

    def release(self, session_id: str, ending: Ending) -> bool:
        """Give back a reservation that never ran; False when it was not reserved any more."""
        return self._is_over(_RELEASE, session_id, SessionState.RELEASED, ending)

    def _one(self, statement: Select[*tuple[Any, ...]], **values: str) -> Session | None:
        row = self._connection.execute(statement, {"hub": self._hub, **values}).one_or_none()
        return None if row is None else session_of(row)

    def _is_over(
        self, statement: Update, session_id: str, state: SessionState, ending: Ending
    ) -> bool:
        return self._change(
            statement,
            session_id,
            state=state.value,
            ended_at=ending.ended_at,
            end_reason=ending.reason.value,
            estimate_ms=ending.estimate_ms,
        )

    def _change(self, statement: Update, session_id: str, **values: object) -> bool:
        keys = {"of_hub": self._hub, "of_session": session_id}
        return self._connection.execute(statement, {**keys, **values}).rowcount > 0


def session_of(row: Row[*tuple[Any, ...]]) -> Session:
    """A row of the table as the core's session."""
    return Session(
        session_id=row.session_id,
        person_id=row.person_id,
        key=ServerKey(row.user_name, row.server_name),
        choice=Choice(row.community, row.profile, row.size, row.interface),
        resources=Resources(row.cpu_milli, row.memory_bytes, row.gpu),
        rate_micros=row.rate_micros,
        currency=row.currency,
        zone=row.zone,
        state=SessionState(row.state),
        reserved_at=row.reserved_at,
        running_at=row.running_at,
        seen_at=row.seen_at,
        activity_at=row.activity_at,
        ended_at=row.ended_at,
        end_reason=EndReason(row.end_reason) if row.end_reason else None,
        estimate_ms=row.estimate_ms,
        actor=row.actor,
        workshop_id=row.workshop_id,
    )


def _columns(session: Session) -> dict[str, object]:
    return {
        "session_id": session.session_id,
        "person_id": session.person_id,
        "user_name": session.key.user_name,
        "server_name": session.key.server_name,
        "community": session.choice.community,
        "profile": session.choice.profile,
        "size": session.choice.size,
        "interface": session.choice.interface,
        "cpu_milli": session.resources.cpu_milli,
        "memory_bytes": session.resources.memory_bytes,
        "gpu": session.resources.gpu,
        "rate_micros": session.rate_micros,
        "currency": session.currency,
        "zone": session.zone,
        "state": session.state.value,
        "reserved_at": session.reserved_at,
        "running_at": session.running_at,
        "seen_at": session.seen_at,
        "activity_at": session.activity_at,
        "ended_at": session.ended_at,
        "end_reason": session.end_reason.value if session.end_reason else None,
        "estimate_ms": session.estimate_ms,
        "actor": session.actor,
        "workshop_id": session.workshop_id,
    }
