"""The learners of workshops: who they are, what they ran, and when they could not start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Row,
    Select,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
)

from catalyst_hub.core.attendance import is_used
from catalyst_hub.core.community import Role
from catalyst_hub.core.denial import Code
from catalyst_hub.core.meeting import Span
from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.core.unit_of_work.attending import Attendee, Refused
from catalyst_hub.store.repository import Repository
from catalyst_hub.store.sessions import session_of
from catalyst_hub.store.tables import (
    IS_LIVE,
    invitations,
    memberships,
    people,
    redemptions,
    sessions,
    workshop_days,
    workshop_denials,
)
from catalyst_hub.store.types import Key

#: Whoever presses the button again and again is refused once.
_AGAIN = timedelta(minutes=1)

_WORKSHOP = bindparam("workshop_id", type_=Key)
# An invitation for instructors has a role of its own.
_OF_LEARNERS = (
    (invitations.c.hub == bindparam("hub"))
    & (invitations.c.invitation_id == redemptions.c.invitation_id)
    & (invitations.c.role == Role.MEMBER.value)
)
_REGISTERED = (
    select(redemptions.c.person_id)
    .join(invitations, _OF_LEARNERS)
    .where(invitations.c.workshop_id == _WORKSHOP)
)
_BELONGS = exists().where(
    memberships.c.hub == people.c.hub,
    memberships.c.person_id == people.c.person_id,
    memberships.c.community == invitations.c.community,
)
_LEARNERS = (
    select(
        people.c.person_id,
        people.c.name,
        people.c.display_name,
        people.c.pseudonym,
        people.c.language,
        func.min(redemptions.c.redeemed_at).label("registered_at"),
        people.c.signed_in_at,
    )
    .join(redemptions, redemptions.c.person_id == people.c.person_id)
    .join(invitations, _OF_LEARNERS)
    .where(invitations.c.workshop_id == _WORKSHOP, _BELONGS)
    .group_by(people.c.person_id)
    .order_by(people.c.person_id)
)
_IS_LEARNER = (
    select(literal(1))
    .select_from(redemptions)
    .join(invitations, _OF_LEARNERS)
    .where(
        invitations.c.workshop_id.in_(bindparam("workshop_ids", expanding=True)),
        redemptions.c.person_id == bindparam("person_id"),
    )
    .limit(1)
)
_ANYWHERE = select(sessions).where(
    sessions.c.hub == bindparam("hub"), sessions.c.person_id.in_(_REGISTERED)
)
_IN_COMMUNITY = sessions.c.community == bindparam("community")
# The later of two comes last, and a live one after all others, so that it is kept of several.
_LATEST = _ANYWHERE.where(
    _IN_COMMUNITY, IS_LIVE | (sessions.c.reserved_at >= bindparam("since"))
).order_by(IS_LIVE, sessions.c.reserved_at)
_ITS_OWN = select(sessions).where(
    sessions.c.hub == bindparam("hub"), sessions.c.workshop_id == _WORKSHOP
)
_MEANWHILE = _ANYWHERE.where(
    sessions.c.reserved_at < bindparam("ends_at"),
    # One that began there was there, even if it ended at once.
    sessions.c.ended_at.is_(None)
    | (sessions.c.ended_at > bindparam("starts_at"))
    | (sessions.c.reserved_at >= bindparam("starts_at")),
)
_OF_NO_WORKSHOP = _MEANWHILE.where(_IN_COMMUNITY, sessions.c.workshop_id.is_(None))
_AFTERWARDS = _ANYWHERE.where(
    _IN_COMMUNITY,
    sessions.c.running_at.is_not(None),
    sessions.c.reserved_at >= bindparam("after"),
    sessions.c.reserved_at < bindparam("before"),
).order_by(sessions.c.reserved_at.desc())
_SPENT = (
    select(workshop_days.c.currency, cast(func.sum(workshop_days.c.micros), BigInteger))
    .where(workshop_days.c.hub == bindparam("hub"), workshop_days.c.workshop_id == _WORKSHOP)
    .group_by(workshop_days.c.currency)
)
_DENIALS = (
    select(workshop_denials.c.code, func.count())
    .where(workshop_denials.c.hub == bindparam("hub"), workshop_denials.c.workshop_id == _WORKSHOP)
    .group_by(workshop_denials.c.code)
)
_REFUSED = (
    select(
        workshop_denials.c.person_id,
        workshop_denials.c.code,
        func.max(workshop_denials.c.denied_at).label("denied_at"),
    )
    .where(
        workshop_denials.c.hub == bindparam("hub"),
        workshop_denials.c.workshop_id == _WORKSHOP,
        workshop_denials.c.denied_at >= bindparam("since"),
    )
    .group_by(workshop_denials.c.person_id, workshop_denials.c.code)
    .order_by("denied_at")
)


class SqlAttendance(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.attending.Attendance`."""

    def learners(self, workshop_id: int) -> Sequence[Attendee]:
        """Who has come with an invitation for its learners, and still belongs to the community."""
        rows = self._connection.execute(_LEARNERS, self._of(workshop_id))
        return [Attendee(Person(*who), came, seen) for *who, came, seen in rows]

    def registered(self, workshop_id: int) -> frozenset[int]:
        """The ids of all who have ever come with one."""
        return frozenset(self._connection.scalars(_REGISTERED, self._of(workshop_id)))

    def is_learner(self, workshop_ids: Collection[int], person_id: int) -> bool:
        """Whether she has come with an invitation for learners of one of these."""
        values = {"hub": self._hub, "workshop_ids": list(workshop_ids), "person_id": person_id}
        return self._connection.execute(_IS_LEARNER, values).first() is not None

    def latest_sessions(
        self, workshop_id: int, community: str, since: datetime
    ) -> Mapping[int, Session]:
        """The live session of each learner, or the last since then."""
        values = self._of(workshop_id, community=community, since=since)
        return {row.person_id: session_of(row) for row in self._rows(_LATEST, values)}

    def sessions(self, workshop_id: int, community: str, span: Span) -> Sequence[Session]:
        """Its own, and those of its learners that were there meanwhile."""
        values = self._of(workshop_id, community=community, starts_at=span[0], ends_at=span[1])
        both = [*self._rows(_ITS_OWN, values), *self._rows(_OF_NO_WORKSHOP, values)]
        return [session_of(row) for row in both]

    def meanwhile(self, workshop_id: int, span: Span) -> Sequence[Session]:
        """Those of its learners that were there meanwhile, of whatever workshop and community."""
        values = self._of(workshop_id, starts_at=span[0], ends_at=span[1])
        return [session_of(row) for row in self._rows(_MEANWHILE, values)]

    def returned_at(
        self, workshop_id: int, community: str, after: datetime, before: datetime
    ) -> Mapping[int, datetime]:
        """When each of its learners first came back."""
        values = self._of(workshop_id, community=community, after=after, before=before)
        found = (session_of(row) for row in self._rows(_AFTERWARDS, values))
        # The earliest comes last, so that it is kept of several.
        return {session.person_id: session.reserved_at for session in found if is_used(session)}

    def spent(self, workshop_id: int) -> Mapping[str, int]:
        """What its ended sessions have cost."""
        return {row.currency: row[1] for row in self._rows(_SPENT, self._of(workshop_id))}

    def deny(self, workshop_id: int, person_id: int, code: Code, now: datetime) -> None:
        """Note that a start was refused, in one statement: whoever is refused holds up others."""
        columns = workshop_denials.c
        this = {"hub": self._hub, "workshop_id": workshop_id, "person_id": person_id, "code": code}
        same = exists().where(
            *(columns[name] == value for name, value in this.items()),
            columns.denied_at > now - _AGAIN,
        )
        row = {"denied_at": now, **this}
        new = select(*(literal(row[name], columns[name].type) for name in row)).where(~same)
        self._connection.execute(insert(workshop_denials).from_select(list(row), new))

    def refused_since(
        self, workshop_id: int, since: datetime, until: datetime | None = None
    ) -> Mapping[int, Refused]:
        """The last refusal of each person before then."""
        refused = _REFUSED
        if until is not None:
            refused = refused.where(workshop_denials.c.denied_at < bindparam("until"))
        rows = self._rows(refused, self._of(workshop_id, since=since, until=until))
        return {row.person_id: Refused(Code(row.code), row.denied_at) for row in rows}

    def denials(self, workshop_id: int) -> Mapping[str, int]:
        """How often starts were refused, by code."""
        rows = self._rows(_DENIALS, self._of(workshop_id))
        return {row.code: row[1] for row in rows}

    def _of(self, workshop_id: int, **values: object) -> dict[str, object]:
        return {"hub": self._hub, "workshop_id": workshop_id, **values}

    def _rows(
        self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        return self._connection.execute(statement, values).all()
