"""The lines in which people wait for seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Update, bindparam, insert, select, union, update

from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.waiting import Outcome, WaitingPlace
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import IS_WAITING, waiting_places

_COLUMNS = waiting_places.c
_WAITING = select(waiting_places).where(IS_WAITING)
_IN_COMMUNITY = _WAITING.where(_COLUMNS.community == bindparam("community"))
_OF_COMMUNITY = _IN_COMMUNITY.order_by(_COLUMNS.place_id)
_OF_USER = _WAITING.where(
    _COLUMNS.hub == bindparam("hub"), _COLUMNS.user_name == bindparam("user_name")
)
_OF_SERVER = _OF_USER.where(_COLUMNS.server_name == bindparam("server_name"))
# Not "or": each of them is found by an index of its own.
_AROUND = union(_IN_COMMUNITY, _OF_SERVER).order_by("place_id")
_COMMUNITIES = select(_COLUMNS.community).distinct().where(IS_WAITING)
_TURNS = (
    select(_COLUMNS.called_at)
    .where(
        _COLUMNS.community == bindparam("community"),
        _COLUMNS.called_at >= bindparam("since", type_=_COLUMNS.called_at.type),
    )
    .order_by(_COLUMNS.called_at)
)
_CHANGE = update(waiting_places).where(_COLUMNS.place_id == bindparam("of_place"), IS_WAITING)


class SqlWaiting(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.waiting.Waiting`."""

    def of_community(self, community: str) -> Sequence[WaitingPlace]:
        """Everybody who waits there, on every hub, in the order in which they came."""
        rows = self._connection.execute(_OF_COMMUNITY, {"community": community})
        return [_place(row) for row in rows]

    def around(self, community: str, key: ServerKey) -> Sequence[WaitingPlace]:
        """The same, and the place of a server of this hub, in whichever community it waits."""
        server = {"hub": self._hub, "user_name": key.user_name, "server_name": key.server_name}
        rows = self._connection.execute(_AROUND, {"community": community, **server})
        return [_place(row) for row in rows]

    def of_server(self, key: ServerKey) -> WaitingPlace | None:
        """The place of a server of this hub, if it waits."""
        values = {"hub": self._hub, "user_name": key.user_name, "server_name": key.server_name}
        row = self._connection.execute(_OF_SERVER, values).one_or_none()
        return None if row is None else _place(row)

    def of_user(self, user_name: str) -> Sequence[WaitingPlace]:
        """The places of a person's servers on this hub."""
        values = {"hub": self._hub, "user_name": user_name}
        return [_place(row) for row in self._connection.execute(_OF_USER, values)]

    def communities(self) -> Sequence[str]:
        """Where anybody waits, on any hub."""
        return self._connection.execute(_COMMUNITIES).scalars().all()

    def add(
        self,
        community: str,
        person_id: int,
        key: ServerKey,
        options: Mapping[str, str],
        now: datetime,
    ) -> WaitingPlace:
        """A new place at the end. A second one for the same server is an error of the database."""
        statement = insert(waiting_places).values(
            hub=self._hub,
            community=community,
            person_id=person_id,
            user_name=key.user_name,
            server_name=key.server_name,
            options=dict(options),
            asked_at=now,
            seen_at=now,
        )
        row = self._connection.execute(statement.returning(waiting_places)).one()
        return _place(row)

    def choose(self, place_id: int, options: Mapping[str, str]) -> None:
        """She waits for something else now."""
        self._change(_CHANGE.values(options=dict(options)), place_id)

    def seen(self, place_id: int, now: datetime) -> None:
        """She has looked at her page."""
        self._change(_CHANGE.values(seen_at=now), place_id)

    def call(self, place_id: int, now: datetime, seat_until: datetime) -> None:
        """It is her turn; a seat is hers until then."""
        self._change(_CHANGE.values(called_at=now, seat_until=seat_until), place_id)

    def uncall(self, place_id: int) -> None:
        """She has missed her turn, and waits for another."""
        self._change(_CHANGE.values(called_at=None, seat_until=None), place_id)

    def let_pass(self, place_id: int, actor: str) -> bool:
        """Put her before everybody else without a seat; False: she is there, or waits no more."""
        change = _CHANGE.where(_COLUMNS.passed_by.is_(None)).values(passed_by=actor)
        return self._change(change, place_id)

    def over(self, place_id: int, outcome: Outcome, now: datetime) -> bool:
        """She waits no longer; False: not since before."""
        return self._change(_CHANGE.values(over_at=now, outcome=outcome.value), place_id)

    def turns_since(self, community: str, since: datetime) -> Sequence[datetime]:
        """When seats were given to the line since then, the first ones first."""
        values = {"community": community, "since": since}
        return self._connection.execute(_TURNS, values).scalars().all()

    def _change(self, statement: Update, place_id: int) -> bool:
        return self._connection.execute(statement, {"of_place": place_id}).rowcount > 0


def _place(row: Row[*tuple[Any, ...]]) -> WaitingPlace:
    return WaitingPlace(
        place_id=row.place_id,
        hub=row.hub,
        community=row.community,
        person_id=row.person_id,
        key=ServerKey(row.user_name, row.server_name),
        options=row.options or {},
        asked_at=row.asked_at,
        seen_at=row.seen_at,
        called_at=row.called_at,
        seat_until=row.seat_until,
        passed_by=row.passed_by,
    )
