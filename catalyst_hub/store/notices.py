"""Servers that are going to be stopped, of which their owners have been told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.session import Session
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.sessions import session_of
from catalyst_hub.store.tables import IS_LIVE, keeps, notices, sessions

_COLUMNS = (
    notices.c.session_id,
    notices.c.reason,
    notices.c.given_at,
    notices.c.stop_at,
    notices.c.facts,
    notices.c.asked_at,
    notices.c.reminders,
)
# Notices stay when their sessions have ended: to be found by the few that are live, and not one by
# one. That which stops a server soonest comes last, and stays where only one is asked for.
_LIVE = select(sessions.c.session_id).where(sessions.c.hub == bindparam("hub"), IS_LIVE)
_HERS = _LIVE.where(sessions.c.user_name == bindparam("user_name"))
_OF_LIVE, _OF_PERSON = (
    select(*_COLUMNS).where(notices.c.session_id.in_(their)).order_by(notices.c.stop_at.desc())
    for their in (_LIVE, _HERS)
)
_CARRIED_OUT = (
    select(sessions, *(column.label(f"notice_{column.name}") for column in _COLUMNS))
    .join(notices, notices.c.session_id == sessions.c.session_id)
    .where(
        sessions.c.hub == bindparam("hub"),
        sessions.c.user_name == bindparam("user_name"),
        sessions.c.ended_at.is_not(None),
        notices.c.asked_at.is_not(None),
        notices.c.dismissed_at.is_(None),
    )
    .order_by(sessions.c.reserved_at.desc())
    .limit(20)
)
_KEPT = select(func.count()).where(
    keeps.c.hub == bindparam("hub"),
    keeps.c.session_id == bindparam("session_id"),
    keeps.c.reason == bindparam("reason"),
)
_KEPT_UNTIL = (
    select(keeps.c.session_id, keeps.c.reason, func.max(keeps.c.stop_at).label("kept_until"))
    .where(keeps.c.session_id.in_(_LIVE))
    .group_by(keeps.c.session_id, keeps.c.reason)
)
_CHANGE = update(notices).where(
    notices.c.hub == bindparam("of_hub"),
    notices.c.session_id == bindparam("of_session"),
    notices.c.reason == bindparam("of_reason"),
)


class SqlNotices(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.notices.Notices`."""

    def of_live(
        self, reasons: Collection[Reason] = frozenset(Reason), user_name: str | None = None
    ) -> Mapping[str, Notice]:
        """By session, as long as the session is live; of several the one that is due first."""
        statement = _OF_LIVE if user_name is None else _OF_PERSON
        rows = self._connection.execute(statement, {"hub": self._hub, "user_name": user_name})
        found = (_notice(*row) for row in rows)
        return {notice.session_id: notice for notice in found if notice.reason in reasons}

    def give(self, notice: Notice) -> None:
        """Keep it; one that was given before stays as it is."""
        self._connection.execute(
            insert_into(self._dialect, notices)
            .values(
                hub=self._hub,
                session_id=notice.session_id,
                reason=notice.reason.value,
                given_at=notice.given_at,
                stop_at=notice.stop_at,
                facts=notice.facts,
                reminders=notice.reminders or None,
            )
            .on_conflict_do_nothing()
        )

    def withdraw(self, notice: Notice) -> None:
        """The server may run on."""
        self._connection.execute(
            delete(notices).where(
                notices.c.hub == self._hub,
                notices.c.session_id == notice.session_id,
                notices.c.reason == notice.reason.value,
            )
        )

    def put_off(self, notice: Notice, stop_at: datetime, by: str, now: datetime) -> None:
        """Its owner keeps the server until then."""
        self._change(notice, stop_at=stop_at, reminders=None)
        self._connection.execute(
            keeps.insert().values(
                hub=self._hub,
                session_id=notice.session_id,
                reason=notice.reason.value,
                kept_at=now,
                kept_by=by,
                stop_at=stop_at,
            )
        )

    def times_kept(self, notice: Notice, since: datetime | None = None) -> int:
        """How often its stop was put off for this reason; of late only, ``since`` then."""
        values = {"session_id": notice.session_id, "reason": notice.reason.value}
        statement = _KEPT if since is None else _KEPT.where(keeps.c.kept_at >= since)
        return self._connection.scalar(statement, {"hub": self._hub, **values}) or 0

    def kept(self) -> Mapping[str, Mapping[Reason, datetime]]:
        """Until when owners of live servers have put off their stops at most, by session."""
        found: dict[str, dict[Reason, datetime]] = {}
        for row in self._connection.execute(_KEPT_UNTIL, {"hub": self._hub}):
            found.setdefault(row.session_id, {})[Reason(row.reason)] = row.kept_until
        return found

    def remind(self, notice: Notice) -> None:
        """She has been told so often as ``notice.reminders`` says."""
        self._change(notice, reminders=notice.reminders)

    def carry_out(self, notice: Notice, now: datetime) -> None:
        """The Hub is asked to stop the server."""
        self._change(notice, asked_at=now)

    def carried_out(self, user_name: str) -> Sequence[tuple[Session, Notice]]:
        """A person's sessions that ended by a notice which she has not dismissed, the newest
        first."""
        values = {"hub": self._hub, "user_name": user_name}
        rows = self._connection.execute(_CARRIED_OUT, values)
        return [(session_of(row), _notice_beside(row)) for row in rows]

    def dismiss(self, notice: Notice, now: datetime) -> None:
        """She has read why."""
        self._change(notice, dismissed_at=now)

    def _change(self, notice: Notice, **values: object) -> None:
        keys = {
            "of_hub": self._hub,
            "of_session": notice.session_id,
            "of_reason": notice.reason.value,
        }
        self._connection.execute(_CHANGE.values(**values), keys)


def _notice(
    session_id: str,
    reason: str,
    given_at: datetime,
    stop_at: datetime,
    facts: Mapping[str, object] | None,
    asked_at: datetime | None,
    reminders: int | None,
) -> Notice:
    told = asked_at, reminders or 0
    return Notice(session_id, Reason(reason), given_at, stop_at, facts or {}, *told)


def _notice_beside(row: Row[*tuple[Any, ...]]) -> Notice:
    return _notice(*(getattr(row, f"notice_{column.name}") for column in _COLUMNS))
