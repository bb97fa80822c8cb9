"""Old rows that name people: found without a lock, emptied or deleted some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    and_,
    bindparam,
    case,
    delete,
    literal,
    not_,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from catalyst_hub.core.audit import Action
from catalyst_hub.core.retention import Kept, NamedLine, past_alias, without_names
from catalyst_hub.core.session import LIVE
from catalyst_hub.core.sums import SomePeople
from catalyst_hub.store import tables
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.tables import audit, people, sessions

#: Of sessions that are live, nothing is old.
_OF_LIVE = select(sessions.c.session_id).where(sessions.c.state.in_(LIVE))
_BEFORE: ColumnElement[datetime] = bindparam("before", type_=sessions.c.ended_at.type)

#: What makes a row of these tables old.
_OLD: Mapping[Kept, ColumnElement[bool]] = MappingProxyType(
    {
        Kept.MAILS: and_(tables.mails.c.due_at.is_(None), tables.mails.c.queued_at < _BEFORE),
        Kept.WAITING_PLACES: tables.waiting_places.c.over_at < _BEFORE,
        Kept.NOTICES: and_(
            tables.notices.c.given_at < _BEFORE, tables.notices.c.session_id.not_in(_OF_LIVE)
        ),
        Kept.KEEPS: and_(
            tables.keeps.c.kept_at < _BEFORE, tables.keeps.c.session_id.not_in(_OF_LIVE)
        ),
        Kept.JOIN_REQUESTS: tables.join_requests.c.answered_at < _BEFORE,
        Kept.APPEALS: tables.appeals.c.answered_at < _BEFORE,
        Kept.CONSENTS: tables.consents.c.ends_at < _BEFORE,
        Kept.HEARTBEATS: tables.heartbeats.c.last_at < _BEFORE,
    }
)
_SESSION_IS_OLD = and_(
    sessions.c.state.not_in(LIVE),
    sessions.c.ended_at < _BEFORE,
    not_(sessions.c.user_name.contains(":")),
)
_LINE_NAMES_A_SESSION = type_coerce(audit.c.facts, Text).contains('"session":')
_SAYS_HOW_FAR = type_coerce(audit.c.facts, Text).contains('"through":')


class SqlDetails(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.upkeep.Details`."""

    def old_sessions(self, people: SomePeople, before: datetime) -> Sequence[tuple[str]]:
        """Ids of their sessions that were over by then and still name somebody."""
        found = select(sessions.c.session_id).where(
            sessions.c.hub == self._hub,
            sessions.c.person_id.between(people.first_id, people.last_id),
            _SESSION_IS_OLD,
        )
        return [(key,) for key in self._connection.scalars(found, {"before": before})]

    def old_lines(self, after: int, before: datetime, count: int) -> tuple[Sequence[int], int]:
        """Lines of the audit behind ``after`` that tell of sessions, and up to which line that
        is: ``after`` itself when there are no older ones any more."""
        window = self._connection.execute(
            select(audit.c.audit_id, audit.c.at, _LINE_NAMES_A_SESSION)
            .where(audit.c.hub == self._hub, audit.c.audit_id > after)
            .order_by(audit.c.audit_id)
            .limit(count)
        ).all()
        # Lines were written one after the other: when none of so many is old, none of the rest is.
        old = [(audit_id, tells) for audit_id, at, tells in window if at < before]
        return [audit_id for audit_id, tells in old if tells], max(old, default=(after,))[0]

    def lines_done(self) -> int:
        """The line up to which the audit has been tidied."""
        facts: Mapping[str, object] | None = self._connection.scalar(
            select(audit.c.facts)
            .where(
                audit.c.hub == self._hub,
                audit.c.community.is_(None),
                audit.c.action == Action.DETAILS_FORGOTTEN.value,
                _SAYS_HOW_FAR,
            )
            .order_by(audit.c.audit_id.desc())
            .limit(1)
        )
        return int(str(facts["through"])) if facts else 0

    def old_rows(self, kept: Kept, before: datetime) -> Sequence[tuple[object, ...]]:
        """Keys of rows that are over and done with since then."""
        table = _table(kept)
        found = select(*table.primary_key.columns).where(table.c.hub == self._hub, _OLD[kept])
        return [tuple(row) for row in self._connection.execute(found, {"before": before})]

    def forget(self, kept: Kept, keys: Sequence[tuple[object, ...]], before: datetime) -> int:
        """Empty or delete those of the rows that are old still; how many there were."""
        if kept is Kept.SESSIONS:
            return self._empty_sessions([key for (key,) in keys], before)
        if kept is Kept.AUDIT:
            return self._rewrite([key for (key,) in keys])
        table = _table(kept)
        is_one = tuple_(*table.primary_key.columns).in_(keys)
        gone = delete(table).where(table.c.hub == self._hub, is_one, _OLD[kept])
        return self._connection.execute(gone, {"before": before}).rowcount

    def _empty_sessions(self, ids: Sequence[Any], before: datetime) -> int:
        person = people.alias("person")
        owner = select(literal(past_alias("")) + person.c.pseudonym).where(
            person.c.person_id == sessions.c.person_id
        )
        starter = select(literal(past_alias("")) + person.c.pseudonym).where(
            person.c.hub == sessions.c.hub, person.c.name == sessions.c.actor
        )
        actor = sessions.c.actor
        emptied = (
            update(sessions)
            .where(sessions.c.hub == self._hub, sessions.c.session_id.in_(ids), _SESSION_IS_OLD)
            .values(
                user_name=owner.scalar_subquery(),
                server_name="",
                actor=case(
                    (or_(actor.is_(None), actor.contains(":")), actor),
                    else_=starter.scalar_subquery(),
                ),
            )
        )
        return self._connection.execute(emptied, {"before": before}).rowcount

    def _rewrite(self, ids: Sequence[Any]) -> int:
        rows = self._connection.execute(
            select(audit.c.audit_id, audit.c.actor, audit.c.subject, audit.c.facts).where(
                audit.c.hub == self._hub, audit.c.audit_id.in_(ids)
            )
        )
        lines = [NamedLine(*row[:3], row.facts or {}) for row in rows]
        names = {line.actor for line in lines} | {line.subject for line in lines if line.subject}
        pseudonyms = self._pseudonyms(names)
        changed = [after for line in lines if (after := without_names(line, pseudonyms)) != line]
        for line in changed:
            self._connection.execute(
                update(audit)
                .where(audit.c.audit_id == line.audit_id)
                .values(actor=line.actor, subject=line.subject, facts=line.facts)
            )
        return len(changed)

    def _pseudonyms(self, names: set[str]) -> Mapping[str, str]:
        found = select(people.c.name, people.c.pseudonym).where(
            people.c.hub == self._hub, people.c.name.in_(names)
        )
        return {row.name: row.pseudonym for row in self._connection.execute(found)}


def _table(kept: Kept) -> Table:
    return tables.metadata.tables[kept]
