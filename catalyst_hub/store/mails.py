"""The outbox: mail is queued with the change it tells of, and sent afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, literal, select, update

from catalyst_hub.core.mail import Mail, MailKind
from catalyst_hub.core.unit_of_work.people import Person
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import mails, people

_MAIL = (
    select(
        mails.c.mail_id,
        people.c.name,
        people.c.display_name,
        people.c.language,
        people.c.email,
        mails.c.kind,
        mails.c.facts,
        mails.c.queued_at,
        mails.c.tries,
        mails.c.problem,
    )
    .join(people, people.c.person_id == mails.c.person_id)
    .where(mails.c.hub == bindparam("hub"))
)
_DUE = (
    _MAIL.where(mails.c.due_at <= bindparam("now"))
    .order_by(mails.c.due_at, mails.c.mail_id)
    .limit(bindparam("limit"))
)
_UNSENT = (
    _MAIL.where(mails.c.sent_at.is_(None), mails.c.queued_at >= bindparam("since"))
    .where(mails.c.problem.is_not(None))
    .order_by(mails.c.mail_id)
)
_IS_DUE = mails.c.due_at.is_not(None)
_BACKLOG = select(
    func.count().filter(_IS_DUE),
    func.count().filter(~_IS_DUE, mails.c.queued_at >= bindparam("since")),
).where(mails.c.hub == bindparam("hub"), mails.c.sent_at.is_(None))
_COLUMNS = ("hub", "person_id", "kind", "facts", "queued_at", "due_at", "tries")


class SqlMails(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.records.Mails`."""

    def queue(self, person: Person, kind: MailKind, now: datetime, **facts: object) -> None:
        """Send her this, unless nobody knows an address of hers."""
        queued_at = literal(now, mails.c.queued_at.type)
        values = (
            people.c.hub,
            people.c.person_id,
            literal(kind.value),
            literal(facts, mails.c.facts.type),
            queued_at,
            queued_at,
            literal(0),
        )
        with_address = select(*values).where(
            people.c.hub == self._hub,
            people.c.person_id == person.person_id,
            people.c.email.is_not(None),
        )
        self._connection.execute(insert(mails).from_select(_COLUMNS, with_address))

    def due(self, now: datetime, limit: int) -> Sequence[Mail]:
        """What is to be sent by now, that which waits longest first."""
        values = {"hub": self._hub, "now": now, "limit": limit}
        return [_mail(row) for row in self._connection.execute(_DUE, values)]

    def try_until(self, mail: Mail, due_at: datetime) -> None:
        """It is being sent; if nothing more is heard, it is due again then."""
        self._change(mail.mail_id, due_at=due_at, tries=mail.tries + 1)

    def sent(self, mail_id: int, now: datetime) -> None:
        """The mail server has taken it."""
        self._change(mail_id, sent_at=now, due_at=None, problem=None)

    def failed(self, mail_id: int, problem: str) -> None:
        """It could not be sent this time."""
        self._change(mail_id, problem=problem)

    def give_up(self, mail_id: int, problem: str) -> None:
        """It will not be sent."""
        self._change(mail_id, problem=problem, due_at=None)

    def backlog(self, since: datetime) -> tuple[int, int]:
        """How many wait to be sent, and how many of those queued since then were given up."""
        values = {"hub": self._hub, "since": since}
        pending, failed = self._connection.execute(_BACKLOG, values).one()
        return pending, failed

    def unsent(self, since: datetime) -> Sequence[Mail]:
        """What could not be sent, or not yet, of the mail queued since then."""
        values = {"hub": self._hub, "since": since}
        return [_mail(row) for row in self._connection.execute(_UNSENT, values)]

    def _change(self, mail_id: int, **values: object) -> None:
        self._connection.execute(
            update(mails)
            .where(mails.c.hub == self._hub, mails.c.mail_id == mail_id)
            .values(**values)
        )


def _mail(row: Row[*tuple[Any, ...]]) -> Mail:
    values = dict(row._mapping)
    return Mail(**values | {"facts": row.facts or {}})
