"""What the extension inside each server said last."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, case, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import IS_LIVE, server_reports, sessions

_SAID = select(server_reports).where(server_reports.c.hub == bindparam("hub"))
_OF = _SAID.where(server_reports.c.session_id == bindparam("session_id"))
_OF_LIVE = _SAID.where(
    server_reports.c.session_id.in_(
        select(sessions.c.session_id).where(sessions.c.hub == bindparam("hub"), IS_LIVE)
    )
)
_SIGNS = ("reported_at", "worked_at", "touched_at", "open_at")


class SqlServerReports(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.culling.ServerReports`."""

    def put(self, report: ServerReport) -> None:
        """Keep it in place of the one before. A use that was said before is not taken back."""
        values = {
            "session_id": report.session_id,
            "hub": self._hub,
            **{name: getattr(report, name) for name in _SIGNS},
            "facts": {"kinds": list(report.kinds), "unseen": list(report.unseen)},
        }
        self._connection.execute(_put(self._dialect), values)

    def get(self, session_id: str) -> ServerReport | None:
        """The one of a session of this hub."""
        values = {"hub": self._hub, "session_id": session_id}
        row = self._connection.execute(_OF, values).one_or_none()
        return None if row is None else _report(row)

    def of_live(self) -> Mapping[str, ServerReport]:
        """Those of this hub's live sessions, by session."""
        rows = self._connection.execute(_OF_LIVE, {"hub": self._hub})
        return {row.session_id: _report(row) for row in rows}


@cache
def _put(dialect: str) -> sqlite.Insert | postgresql.Insert:
    statement = insert_into(dialect, server_reports)
    said = statement.excluded
    later = {name: _later(server_reports.c[name], said[name]) for name in _SIGNS}
    return statement.on_conflict_do_update(
        index_elements=[server_reports.c.session_id], set_={**later, "facts": said.facts}
    )


def _later(known: ColumnElement[Any], said: ColumnElement[Any]) -> ColumnElement[Any]:
    """Of two instants the later: answers that crossed on their way do not count backwards."""
    return case((said.is_(None), known), (known > said, known), else_=said)


def _report(row: Row[*tuple[Any, ...]]) -> ServerReport:
    words = (tuple(map(str, (row.facts or {}).get(name, ()))) for name in ("kinds", "unseen"))
    signs = (getattr(row, name) for name in _SIGNS)
    return ServerReport(row.session_id, *signs, *words)
