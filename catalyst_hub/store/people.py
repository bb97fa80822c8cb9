"""Persons and their identities."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Table,
    bindparam,
    exists,
    insert,
    literal,
    select,
    union_all,
    update,
)

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.erasure import retired_digest
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import Owner, Person
from catalyst_hub.store.choices import CHOICE
from catalyst_hub.store.memberships import highest_roles
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import (
    IS_LIVE,
    choices,
    farewells,
    identities,
    memberships,
    people,
    retired_names,
    sessions,
)


def _is_hers(table: Table) -> ColumnElement[bool]:
    return (table.c.person_id == people.c.person_id) & (table.c.hub == people.c.hub)


PERSON = select(
    people.c.person_id, people.c.name, people.c.display_name, people.c.pseudonym, people.c.language
).where(people.c.hub == bindparam("hub"))
_BY_NAME = PERSON.where(people.c.name == bindparam("name"))
_LEFT_IN = select(sessions.c.community).where(
    sessions.c.hub == bindparam("hub"),
    sessions.c.user_name == bindparam("name"),
    sessions.c.server_name == bindparam("server_name"),
    IS_LIVE,
)
_IS_GOING = exists().where(
    farewells.c.person_id == people.c.person_id, farewells.c.kept_at.is_(None)
)
# A row for each membership: it is asked for before every start.
_OWNER = (
    _BY_NAME.add_columns(
        _LEFT_IN.scalar_subquery(),
        _IS_GOING,
        *CHOICE,
        memberships.c.community,
        memberships.c.role,
    )
    .outerjoin(choices, _is_hers(choices))
    .outerjoin(memberships, _is_hers(memberships))
    .order_by(memberships.c.joined_at, memberships.c.membership_id)
)
_BY_IDENTITY = PERSON.join(identities, identities.c.person_id == people.c.person_id).where(
    identities.c.hub == bindparam("hub"),
    identities.c.provider == bindparam("provider"),
    identities.c.subject == bindparam("subject"),
)
_NAMED = PERSON.where(people.c.person_id.in_(bindparam("person_ids", expanding=True)))
_SIGNED_IN = select(people.c.person_id, people.c.signed_in_at).where(
    people.c.hub == bindparam("hub"),
    people.c.person_id.in_(bindparam("person_ids", expanding=True)),
)
_IDENTITIES = (
    select(identities.c.provider, identities.c.subject)
    .where(identities.c.hub == bindparam("hub"), identities.c.person_id == bindparam("person_id"))
    .order_by(identities.c.added_at, identities.c.provider)
)
_TAKEN = union_all(
    select(literal(1)).where(people.c.hub == bindparam("hub"), people.c.name == bindparam("name")),
    select(literal(1)).where(
        retired_names.c.hub == bindparam("hub"), retired_names.c.digest == bindparam("digest")
    ),
)
_ADD = insert(people).returning(people.c.person_id)
_IDENTIFY = insert(identities)


class SqlPeople(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.People`."""

    def by_name(self, name: str) -> Person | None:
        """The person with this hub name."""
        return self._one(_BY_NAME, name=name)

    def owner(self, key: ServerKey) -> Owner | None:
        """The person whose server this is, and what a start asks of her."""
        values = {"hub": self._hub, "name": key.user_name, "server_name": key.server_name}
        rows = self._connection.execute(_OWNER, values).all()
        if not rows:
            return None
        number, name, display_name, pseudonym, language, left_in, is_going, *choice = rows[0][:-2]
        person = Person(number, name, display_name, pseudonym, language)
        roles: dict[str, Role] = highest_roles(row[-2:] for row in rows if row[-1] is not None)
        last = None if choice[0] is None else Choice(*choice)
        return Owner(person, roles, last, left_in, bool(is_going))

    def by_identity(self, identity: Identity) -> Person | None:
        """The person who signs in with this identity."""
        return self._one(_BY_IDENTITY, provider=identity.provider, subject=identity.subject)

    def identities(self, person_id: int) -> Sequence[Identity]:
        """Every way in which a person signs in."""
        values = {"hub": self._hub, "person_id": person_id}
        return [Identity(*row) for row in self._connection.execute(_IDENTITIES, values)]

    def is_taken(self, name: str) -> bool:
        """Whether somebody has this hub name, or had it until she was erased."""
        values = {"hub": self._hub, "name": name, "digest": retired_digest(self._hub, name)}
        return self._connection.execute(_TAKEN, values).first() is not None

    def add(
        self,
        name: str,
        display_name: str,
        identity: Identity | None,
        now: datetime,
        email: str | None = None,
    ) -> Person:
        """A new person; her pseudonym is random, so it cannot be worked out from her name."""
        pseudonym = secrets.token_hex(6)
        values = {
            "hub": self._hub,
            "name": name,
            "display_name": display_name,
            "pseudonym": pseudonym,
            "joined_at": now,
            "signed_in_at": now,
            "email": email,
        }
        person_id = self._connection.execute(_ADD, values).scalar_one()
        person = Person(person_id, name, display_name, pseudonym)
        if identity is not None:
            self._identify(person, identity, now)
        return person

    def signed_in(
        self, person: Person, display_name: str, now: datetime, email: str | None = None
    ) -> None:
        """Note a sign-in, what the provider calls her now, and the address it has verified."""
        told = {} if email is None else {"email": email}
        self._change(person, display_name=display_name, signed_in_at=now, **told)

    def set_language(self, person: Person, language: str) -> None:
        """Remember her own choice of language."""
        self._change(person, language=language)

    def named(self, person_ids: Sequence[int]) -> Mapping[int, Person]:
        """Persons by id."""
        if not person_ids:
            return {}
        values = {"hub": self._hub, "person_ids": list(person_ids)}
        return {row.person_id: _person(row) for row in self._connection.execute(_NAMED, values)}

    def signed_in_at(self, person_ids: Sequence[int]) -> Mapping[int, datetime]:
        """When each of them signed in last."""
        values = {"hub": self._hub, "person_ids": list(person_ids)}
        rows = self._connection.execute(_SIGNED_IN, values) if person_ids else ()
        return dict(tuple(row) for row in rows)

    def _one(
        self, statement: Select[int, str, str, str, str | None], **values: str
    ) -> Person | None:
        row = self._connection.execute(statement, {"hub": self._hub, **values}).one_or_none()
        return None if row is None else _person(row)

    def _identify(self, person: Person, identity: Identity, now: datetime) -> None:
        values = {"provider": identity.provider, "subject": identity.subject}
        own = {"hub": self._hub, "person_id": person.person_id, "added_at": now}
        self._connection.execute(_IDENTIFY, {**own, **values})

    def _change(self, person: Person, **values: object) -> None:
        self._connection.execute(
            update(people)
            .where(people.c.hub == self._hub, people.c.person_id == person.person_id)
            .values(**values)
        )


def _person(row: Row[int, str, str, str, str | None]) -> Person:
    return Person(*row)
