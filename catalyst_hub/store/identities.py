"""The ways in which people sign in, and what was said of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from catalyst_hub.core.belonging import Way
from catalyst_hub.core.community import Identity
from catalyst_hub.core.unit_of_work import Known, Person
from catalyst_hub.store.people import PERSON
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import IS_LIVE, identities, people, sessions

_asked = identities.alias("asked")
_WAY = (
    identities.c.provider,
    identities.c.subject,
    identities.c.login,
    identities.c.confirmed_at,
    identities.c.by_rule,
)
_IN_ORDER = (identities.c.added_at, identities.c.provider, identities.c.subject)
_KNOWN = (
    PERSON.add_columns(*_WAY)
    .join(_asked, _asked.c.person_id == people.c.person_id)
    .join(identities, identities.c.person_id == people.c.person_id)
    .where(
        _asked.c.hub == bindparam("hub"),
        _asked.c.provider == bindparam("provider"),
        _asked.c.subject == bindparam("subject"),
    )
    .order_by(*_IN_ORDER)
)
_OF = (
    select(*_WAY)
    .where(identities.c.hub == bindparam("hub"), identities.c.person_id == bindparam("person_id"))
    .order_by(*_IN_ORDER)
)
_OF_LIVE = (
    select(*_WAY, identities.c.person_id)
    .where(
        identities.c.hub == bindparam("hub"),
        identities.c.person_id.in_(
            select(sessions.c.person_id).where(sessions.c.hub == bindparam("hub"), IS_LIVE)
        ),
    )
    .order_by(identities.c.person_id, *_IN_ORDER)
)
_ALL = (
    PERSON.add_columns(*_WAY)
    .join(identities, identities.c.person_id == people.c.person_id)
    .order_by(people.c.person_id, *_IN_ORDER)
)
_PERSONS_COLUMNS = len(PERSON.selected_columns)
_ADD = insert(identities)
_IDENTITY = (
    identities.c.hub == bindparam("of_hub"),
    identities.c.provider == bindparam("of_provider"),
    identities.c.subject == bindparam("of_subject"),
)
_CONFIRM = (
    update(identities)
    .where(*_IDENTITY)
    .values(
        login=bindparam("said_login"),
        confirmed_at=bindparam("said_at"),
        by_rule=bindparam("said_by_rule"),
    )
)
_REMOVE = delete(identities).where(*_IDENTITY)


class SqlIdentities(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Identities`."""

    def known(self, identity: Identity) -> Known | None:
        """The person who signs in with this identity, and all her ways."""
        values = {"provider": identity.provider, "subject": identity.subject}
        rows = self._connection.execute(_KNOWN, {"hub": self._hub, **values}).all()
        return _known(rows) if rows else None

    def of(self, person_id: int) -> Sequence[Way]:
        """Every way in which a person signs in, the oldest first."""
        values = {"hub": self._hub, "person_id": person_id}
        return [_way(row) for row in self._connection.execute(_OF, values)]

    def of_live(self) -> Mapping[int, Sequence[Way]]:
        """The same of everybody who has a live session, by person."""
        rows = self._connection.execute(_OF_LIVE, {"hub": self._hub})
        return {
            person_id: [_way(row[:-1]) for row in hers]
            for person_id, hers in groupby(rows, key=lambda row: row.person_id)
        }

    def all(self) -> Iterator[Known]:
        """Everybody who can sign in."""
        rows = self._connection.execute(_ALL, {"hub": self._hub})
        for _, hers in groupby(rows, key=lambda row: row.person_id):
            yield _known(list(hers))

    def add(self, person: Person, way: Way, now: datetime) -> None:
        """One more way; an identity that somebody has is an error of the database."""
        values = {
            "hub": self._hub,
            "provider": way.identity.provider,
            "subject": way.identity.subject,
            "person_id": person.person_id,
            "added_at": now,
            "login": way.login,
            "confirmed_at": way.confirmed_at,
            "by_rule": way.by_rule,
        }
        self._connection.execute(_ADD, values)

    def confirm(self, way: Way) -> None:
        """Note what its provider says now."""
        said = {
            "said_login": way.login,
            "said_at": way.confirmed_at,
            "said_by_rule": way.by_rule,
        }
        self._connection.execute(_CONFIRM, {**self._key(way.identity), **said})

    def remove(self, identity: Identity) -> None:
        """Nobody signs in with it any more."""
        self._connection.execute(_REMOVE, self._key(identity))

    def _key(self, identity: Identity) -> dict[str, str]:
        return {
            "of_hub": self._hub,
            "of_provider": identity.provider,
            "of_subject": identity.subject,
        }


def _known(rows: Sequence[Row[Any]]) -> Known:
    person = Person(*rows[0][:_PERSONS_COLUMNS])
    return Known(person, tuple(_way(row[_PERSONS_COLUMNS:]) for row in rows))


def _way(row: Sequence[Any]) -> Way:
    provider, subject, login, confirmed_at, by_rule = row
    return Way(Identity(provider, subject), login or "", confirmed_at, by_rule or {})
