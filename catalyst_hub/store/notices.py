"""Servers that are going to be stopped, of which their owners have been told."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, select

from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import IS_LIVE, notices, sessions

_OF_LIVE = (
    select(notices.c.session_id, notices.c.reason, notices.c.given_at, notices.c.stop_at)
    .join(sessions, sessions.c.session_id == notices.c.session_id)
    .where(notices.c.hub == bindparam("hub"), IS_LIVE)
)


class SqlNotices(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.sessions.Notices`."""

    def of_live(self) -> Mapping[str, Notice]:
        """By session, as long as the session is live."""
        rows = self._connection.execute(_OF_LIVE, {"hub": self._hub})
        found = (Notice(row[0], Reason(row[1]), row[2], row[3]) for row in rows)
        return {notice.session_id: notice for notice in found}

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
