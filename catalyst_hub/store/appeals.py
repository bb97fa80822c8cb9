"""Who asks for more than a limit allows, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update

from catalyst_hub.core.appeal import Answer, Appeal, code_of, facts_of
from catalyst_hub.core.denial import Allowance
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import appeals, memberships

_SHOWN = 20
_APPEAL = select(
    appeals.c.appeal_id,
    appeals.c.community,
    appeals.c.person_id,
    appeals.c.code,
    appeals.c.facts,
    appeals.c.message,
    appeals.c.asked_at,
    appeals.c.answer,
    appeals.c.answered_by,
    appeals.c.answered_at,
    appeals.c.reply,
).where(appeals.c.hub == bindparam("hub"))
_BY_ID = _APPEAL.where(appeals.c.appeal_id == bindparam("appeal_id"))
_OF_PERSON = (
    _APPEAL.where(appeals.c.person_id == bindparam("person_id"))
    .order_by(appeals.c.appeal_id.desc())
    .limit(_SHOWN)
)
_OPEN = _APPEAL.where(
    appeals.c.community == bindparam("community"),
    appeals.c.answer.is_(None),
    exists().where(
        memberships.c.community == appeals.c.community,
        memberships.c.person_id == appeals.c.person_id,
    ),
).order_by(appeals.c.appeal_id)


class SqlAppeals(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.appeals.Appeals`."""

    def add(
        self,
        community: str,
        person_id: int,
        limit: Allowance,
        currency: str,
        message: str,
        now: datetime,
    ) -> int | None:
        """The id of a new open appeal; None: she has one there already."""
        statement = insert_into(self._dialect, appeals).values(
            hub=self._hub,
            community=community,
            person_id=person_id,
            code=code_of(limit).value,
            facts=facts_of(limit, currency),
            message=message,
            asked_at=now,
        )
        added = statement.on_conflict_do_nothing().returning(appeals.c.appeal_id)
        appeal_id: int | None = self._connection.execute(added).scalar_one_or_none()
        return appeal_id

    def get(self, appeal_id: int) -> Appeal | None:
        """An appeal of this hub."""
        values = {"hub": self._hub, "appeal_id": appeal_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _appeal(row)

    def of(self, person_id: int) -> Sequence[Appeal]:
        """The latest that a person has made, the newest first."""
        values = {"hub": self._hub, "person_id": person_id}
        return [_appeal(row) for row in self._connection.execute(_OF_PERSON, values)]

    def open_in(self, community: str) -> Sequence[Appeal]:
        """The open ones of people who belong there, the oldest first."""
        values = {"hub": self._hub, "community": community}
        return [_appeal(row) for row in self._connection.execute(_OPEN, values)]

    def answer(
        self, appeal_id: int, answer: Answer, actor: str, now: datetime, reply: str = ""
    ) -> bool:
        """Answer an open one; False: it is not open any more."""
        changed = self._connection.execute(
            update(appeals)
            .where(
                appeals.c.hub == self._hub,
                appeals.c.appeal_id == appeal_id,
                appeals.c.answer.is_(None),
            )
            .values(answer=answer.value, answered_by=actor, answered_at=now, reply=reply or None)
        )
        return changed.rowcount == 1


def _appeal(row: Row[*tuple[Any, ...]]) -> Appeal:
    values = dict(row._mapping)
    answer = Answer(row.answer) if row.answer else None
    return Appeal(**values | {"answer": answer, "facts": row.facts or {}})
