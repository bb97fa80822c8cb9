"""What people have allowed others to do with their servers, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from catalyst_hub.core.consent import Answer, Consent, Kind, Question
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import consents

_SHOWN = 50
_CONSENT = select(
    consents.c.consent_id,
    consents.c.community,
    consents.c.person_id,
    consents.c.asked_by,
    consents.c.kind,
    consents.c.server_name,
    consents.c.reason,
    consents.c.asked_at,
    consents.c.ends_at,
    consents.c.answer,
    consents.c.answered_at,
    consents.c.used_at,
).where(consents.c.hub == bindparam("hub"))
_BY_ID = _CONSENT.where(consents.c.consent_id == bindparam("consent_id"))
_OF_OWNER = (
    _CONSENT.where(consents.c.person_id == bindparam("person_id"))
    .order_by(consents.c.consent_id.desc())
    .limit(_SHOWN)
)
_ALLOWED = _CONSENT.where(
    consents.c.answer == Answer.ALLOWED.value, consents.c.ends_at > bindparam("now")
)
_ADD = insert(consents).returning(consents.c.consent_id)


class SqlConsents(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Consents`."""

    def add(self, question: Question, person_id: int, now: datetime, ends_at: datetime) -> Consent:
        """A question for the owner."""
        values: dict[str, Any] = {
            "community": question.community,
            "person_id": person_id,
            "asked_by": question.asked_by,
            "kind": question.kind,
            "server_name": question.server_name,
            "reason": question.reason,
            "asked_at": now,
            "ends_at": ends_at,
        }
        row = values | {"hub": self._hub, "kind": question.kind.value}
        return Consent(self._connection.execute(_ADD, row).scalar_one(), **values)

    def get(self, consent_id: int) -> Consent | None:
        """A question of this hub."""
        values = {"hub": self._hub, "consent_id": consent_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _consent(row)

    def of(self, person_id: int) -> Sequence[Consent]:
        """The latest that an owner was asked, the newest first."""
        values = {"hub": self._hub, "person_id": person_id}
        return [_consent(row) for row in self._connection.execute(_OF_OWNER, values)]

    def allowed(self, now: datetime) -> Sequence[Consent]:
        """Everything that has been allowed and has not ended."""
        values = {"hub": self._hub, "now": now}
        return [_consent(row) for row in self._connection.execute(_ALLOWED, values)]

    def answer(self, consent_id: int, answer: Answer, now: datetime, ends_at: datetime) -> None:
        """Note what the owner said, and until when it holds."""
        self._change(consent_id, answer=answer.value, answered_at=now, ends_at=ends_at)

    def use(self, consent_id: int, now: datetime) -> None:
        """Note the first use."""
        self._connection.execute(
            update(consents)
            .where(
                consents.c.hub == self._hub,
                consents.c.consent_id == consent_id,
                consents.c.used_at.is_(None),
            )
            .values(used_at=now)
        )

    def _change(self, consent_id: int, **values: object) -> None:
        self._connection.execute(
            update(consents)
            .where(consents.c.hub == self._hub, consents.c.consent_id == consent_id)
            .values(**values)
        )


def _consent(row: Row[*tuple[Any, ...]]) -> Consent:
    answer = Answer(row.answer) if row.answer else None
    return Consent(**dict(row._mapping) | {"kind": Kind(row.kind), "answer": answer})
