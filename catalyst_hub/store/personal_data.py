"""All that the store holds of one person: read as a whole, forgotten in one transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Text, delete, false, or_, select, type_coerce, update

from catalyst_hub.core.erasure import retired_digest, without, without_names
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import identities, people, retired_names, sessions
from catalyst_hub.store.traces import TRACES, Trace

#: Known to the database only: which hub it is stands above all tables, and ids lead nowhere.
_INTERNAL = frozenset({"hub", "person_id"})


class SqlPersonalData(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.personal_data.PersonalData`."""

    def collect(self, person: Person) -> Mapping[str, Sequence[Mapping[str, object]]]:
        """All rows about her or by her, by table; no secrets, not even digested ones."""
        return {trace.table.name: self._rows(trace, person) for trace in TRACES}

    def erase(self, person: Person, alias: str, now: datetime) -> None:
        """Delete what is only hers, and put the alias in the place of her name in the rest."""
        words = self._words_for(person)
        for trace in TRACES:
            self._clean(trace, person, words, alias)
        for trace in TRACES:
            if trace.is_deleted:
                hers = _is_hers(trace, person)
                self._connection.execute(delete(trace.table).where(self._here(trace), hers))
            self._rename(trace, person, alias)
        self._empty(person, alias, now)

    def retired(self) -> frozenset[str]:
        """Digests of the hub names of all erased persons."""
        found = select(retired_names.c.digest).where(retired_names.c.hub == self._hub)
        return frozenset(self._connection.scalars(found))

    def is_retired(self, name: str) -> bool:
        """Whether an erased person had this hub name, which nobody is given again."""
        found = select(retired_names.c.retired_at).where(
            retired_names.c.hub == self._hub,
            retired_names.c.digest == retired_digest(self._hub, name),
        )
        return self._connection.execute(found).one_or_none() is not None

    def _rows(self, trace: Trace, person: Person) -> list[Mapping[str, object]]:
        hidden = _INTERNAL | set(trace.secrets)
        columns = [column for column in trace.table.columns if column.name not in hidden]
        rows = self._connection.execute(
            select(*columns)
            .where(self._here(trace), _concerns(trace, person))
            .order_by(*trace.table.primary_key.columns)
        )
        return [dict(row._mapping) for row in rows]

    def _words_for(self, person: Person) -> frozenset[str]:
        """All that she is known by."""
        of_hers = {"hub": self._hub, "person_id": person.person_id}
        rows = (
            select(column).filter_by(**of_hers)
            for column in (
                people.c.email,
                identities.c.subject,
                identities.c.login,
                sessions.c.server_name,
            )
        )
        found = {word for statement in rows for word in self._connection.scalars(statement)}
        return frozenset(filter(None, {person.name, person.display_name, *found}))

    def _clean(self, trace: Trace, person: Person, words: Collection[str], alias: str) -> None:
        """Take her out of JSON and of people's own words: wherever they concern her, all that she
        is known by; elsewhere, only where somebody is named."""
        table, concerns = trace.table, _concerns(trace, person).label("concerns_her")
        keys = list(table.primary_key.columns)
        for name in (*trace.facts, *trace.texts):
            column = table.c[name]
            named = or_(*(_mentions(column, word) for word in words))
            rows = self._connection.execute(
                select(*keys, column, concerns).where(self._here(trace), named)
            )
            for *key, value, concerns_her in rows.all():
                told = without if concerns_her else without_names
                clean = told(value, person.name, words, alias)
                if clean != value:
                    this = (part == word for part, word in zip(keys, key, strict=True))
                    self._connection.execute(update(table).where(*this).values({name: clean}))

    def _rename(self, trace: Trace, person: Person, alias: str) -> None:
        for name in trace.names:
            hers = trace.table.c[name] == person.name
            changed = update(trace.table).where(self._here(trace), hers).values({name: alias})
            self._connection.execute(changed)

    def _empty(self, person: Person, alias: str, now: datetime) -> None:
        """Her own row stays, for the sums refer to it; her name is kept as a digest only."""
        self._connection.execute(
            update(people)
            .where(people.c.hub == self._hub, people.c.person_id == person.person_id)
            .values(name=alias, display_name="", language=None, email=None, erased_at=now)
        )
        digest = retired_digest(self._hub, person.name)
        self._connection.execute(
            insert_into(self._dialect, retired_names)
            .values(hub=self._hub, digest=digest, retired_at=now)
            .on_conflict_do_nothing()
        )

    def _here(self, trace: Trace) -> ColumnElement[bool]:
        return trace.table.c["hub"] == self._hub


def _concerns(trace: Trace, person: Person) -> ColumnElement[bool]:
    """Rows about her or by her."""
    by_her = (trace.table.c[name] == person.name for name in trace.names)
    return or_(_is_hers(trace, person), *by_her)


def _is_hers(trace: Trace, person: Person) -> ColumnElement[bool]:
    if trace.owner:
        return trace.table.c[trace.owner] == person.person_id
    if trace.through is None:
        return false()
    link, column = trace.through
    hers = select(link.c[column]).where(link.c.person_id == person.person_id)
    return trace.table.c[column].in_(hers)


def _mentions(column: ColumnElement[object], word: str) -> ColumnElement[bool]:
    """Whether the text has the word in it, as JSON writes it."""
    written = json.dumps(word, ensure_ascii=False)[1:-1]
    return type_coerce(column, Text).icontains(written, autoescape=True)
