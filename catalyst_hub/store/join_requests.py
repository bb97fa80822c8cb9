"""Requests to join, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update

from catalyst_hub.core.join_request import Answer, JoinRequest
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import join_requests, memberships, people, removals

_REQUEST = select(
    join_requests.c.request_id,
    join_requests.c.community,
    join_requests.c.person_id,
    join_requests.c.message,
    join_requests.c.asked_at,
    join_requests.c.answer,
    join_requests.c.answered_by,
    join_requests.c.answered_at,
).where(join_requests.c.hub == bindparam("hub"))
_BY_ID = _REQUEST.where(join_requests.c.request_id == bindparam("request_id"))
_OF_PERSON = _REQUEST.where(join_requests.c.person_id == bindparam("person_id")).order_by(
    join_requests.c.request_id.desc()
)
_OPEN = _REQUEST.where(
    join_requests.c.community == bindparam("community"),
    join_requests.c.answer.is_(None),
    ~exists().where(
        memberships.c.community == join_requests.c.community,
        memberships.c.person_id == join_requests.c.person_id,
    ),
    # Who has left by herself stands there as well, removed by herself.
    ~exists().where(
        removals.c.community == join_requests.c.community,
        removals.c.person_id == join_requests.c.person_id,
        people.c.person_id == removals.c.person_id,
        people.c.name != removals.c.removed_by,
    ),
).order_by(join_requests.c.request_id)


class SqlJoinRequests(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.joining.JoinRequests`."""

    def add(self, community: str, person_id: int, message: str, now: datetime) -> int | None:
        """The id of a new open request; None: she has one there already."""
        statement = insert_into(self._dialect, join_requests).values(
            hub=self._hub,
            community=community,
            person_id=person_id,
            message=message,
            asked_at=now,
        )
        added = statement.on_conflict_do_nothing().returning(join_requests.c.request_id)
        request_id: int | None = self._connection.execute(added).scalar_one_or_none()
        return request_id

    def get(self, request_id: int) -> JoinRequest | None:
        """A request of this hub."""
        values = {"hub": self._hub, "request_id": request_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _join_request(row)

    def of(self, person_id: int) -> Sequence[JoinRequest]:
        """All that a person has made, the newest first."""
        values = {"hub": self._hub, "person_id": person_id}
        return [_join_request(row) for row in self._connection.execute(_OF_PERSON, values)]

    def open_in(self, community: str) -> Sequence[JoinRequest]:
        """The open ones that somebody can answer, the oldest first."""
        values = {"hub": self._hub, "community": community}
        return [_join_request(row) for row in self._connection.execute(_OPEN, values)]

    def answer(self, request_id: int, answer: Answer, actor: str, now: datetime) -> bool:
        """Answer an open one; False: it is not open any more."""
        changed = self._connection.execute(
            update(join_requests)
            .where(
                join_requests.c.hub == self._hub,
                join_requests.c.request_id == request_id,
                join_requests.c.answer.is_(None),
            )
            .values(answer=answer.value, answered_by=actor, answered_at=now)
        )
        return changed.rowcount == 1


def _join_request(row: Row[*tuple[Any, ...]]) -> JoinRequest:
    values = dict(row._mapping)
    return JoinRequest(**values | {"answer": Answer(row.answer) if row.answer else None})
