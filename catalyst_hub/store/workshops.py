"""Workshops, and who instructs in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    or_,
    select,
    union,
    update,
)

from catalyst_hub.core.culling_rules import Tighter
from catalyst_hub.core.roles import Appointment
from catalyst_hub.core.workshop import Answer, Plan, Request, Workshop, culling_said
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import (
    IS_LIVE,
    instructors,
    invitations,
    meetings,
    redemptions,
    sessions,
    workshops,
)
from catalyst_hub.store.types import Day
from catalyst_hub.store.workshop_rows import (
    COLUMNS,
    TAKES_PLACE,
    columns_of,
    meeting_rows,
    workshop_of,
)

_WORKSHOP = select(*COLUMNS).where(workshops.c.hub == bindparam("hub"))
_BY_ID = _WORKSHOP.where(workshops.c.workshop_id == bindparam("workshop_id"))
_OF_COMMUNITY = _WORKSHOP.where(workshops.c.community == bindparam("community")).order_by(
    workshops.c.first_on.desc(), workshops.c.workshop_id.desc()
)
_TAUGHT = (
    _WORKSHOP.join(instructors, instructors.c.workshop_id == workshops.c.workshop_id)
    .where(workshops.c.cancelled_at.is_(None))
    .order_by(instructors.c.added_at, instructors.c.person_id, workshops.c.first_on)
)
_TAUGHT_BY = _TAUGHT.where(instructors.c.person_id == bindparam("person_id"))
_TAUGHT_IN = _TAUGHT.where(workshops.c.community == bindparam("community")).add_columns(
    instructors.c.person_id
)
_APPOINTMENTS = (
    select(instructors.c.person_id, instructors.c.added_by, instructors.c.added_at)
    .where(
        instructors.c.hub == bindparam("hub"),
        instructors.c.workshop_id == bindparam("workshop_id"),
    )
    .order_by(instructors.c.added_at, instructors.c.person_id)
)
_OPEN_IN = _WORKSHOP.where(
    TAKES_PLACE,
    workshops.c.first_on <= bindparam("last_on", type_=Day()),
    workshops.c.last_on >= bindparam("first_on", type_=Day()),
).order_by(workshops.c.first_on, workshops.c.workshop_id)
_WAITING = _WORKSHOP.where(
    workshops.c.cancelled_at.is_(None),
    workshops.c.asked_at.is_not(None),
    workshops.c.answer.is_(None),
).order_by(workshops.c.asked_at, workshops.c.workshop_id)
# By community, as that is how invitations are found.
_CAME_BY = (invitations.c.workshop_id == workshops.c.workshop_id) & (
    invitations.c.hub == workshops.c.hub
)
_IN_COMMUNITY = invitations.c.community == bindparam("community")
_IS_INSTRUCTOR = exists().where(
    instructors.c.workshop_id == workshops.c.workshop_id,
    instructors.c.person_id == bindparam("person_id"),
)
_HAS_COME = exists().where(
    _CAME_BY,
    _IN_COMMUNITY,
    redemptions.c.invitation_id == invitations.c.invitation_id,
    redemptions.c.person_id == bindparam("person_id"),
)
# Those of other hubs as well: they all share the community's limits, and the room that is added.
_AROUND = (
    select(*COLUMNS, (_IS_INSTRUCTOR | _HAS_COME).label("is_hers"))
    .where(
        workshops.c.community == bindparam("community"),
        TAKES_PLACE,
        workshops.c.first_on <= bindparam("last_on", type_=Day()),
        workshops.c.last_on >= bindparam("first_on", type_=Day()),
    )
    .order_by(workshops.c.first_on.desc(), workshops.c.workshop_id.desc())
)
# Of whichever hub, too: each has to see every seat that is waited for as the others do.
_OF_THESE = select(workshops.c.workshop_id).where(
    workshops.c.workshop_id.in_(bindparam("workshop_ids", expanding=True))
)

# Who teaches in them, and who has come with an invitation.
_TAKING_PART = union(
    _OF_THESE.join(instructors, instructors.c.workshop_id == workshops.c.workshop_id).add_columns(
        instructors.c.person_id
    ),
    _OF_THESE.join(invitations, _CAME_BY & _IN_COMMUNITY)
    .join(redemptions, redemptions.c.invitation_id == invitations.c.invitation_id)
    .add_columns(redemptions.c.person_id),
)
#: As :func:`catalyst_hub.core.workshop.culling_said` takes them.
_LIMITS = (
    workshops.c.idle_minutes,
    workshops.c.max_age_minutes,
    workshops.c.grace_minutes,
    workshops.c.ceiling_minutes,
)
_OWN_LIMITS = select(workshops.c.workshop_id, *_LIMITS).where(
    workshops.c.hub == bindparam("hub"),
    or_(*(limit.is_not(None) for limit in _LIMITS)),
    exists().where(
        sessions.c.hub == workshops.c.hub,
        sessions.c.workshop_id == workshops.c.workshop_id,
        IS_LIVE,
    ),
)
_ADD = insert(workshops).returning(workshops.c.workshop_id)


class SqlWorkshops(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Workshops`."""

    def add(
        self,
        community: str,
        plan: Plan,
        actor: str,
        now: datetime,
        currency: str | None = None,
        request: Request | None = None,
    ) -> Workshop:
        """A new workshop."""
        values = {
            "hub": self._hub,
            "community": community,
            "created_by": actor,
            "created_at": now,
            **columns_of(plan, currency, request),
        }
        found = self._connection.execute(_ADD, values).scalar_one()
        self._meet(found, plan)
        made = self.get(found)
        if made is None:
            raise LookupError(f"workshop {found} is gone in the transaction that made it")
        return made

    def change(
        self,
        workshop_id: int,
        plan: Plan,
        currency: str | None,
        request: Request | None,
        now: datetime,
    ) -> bool:
        """Put another plan in the place of what was planned; False: it was called off."""
        values = {**columns_of(plan, currency, request), "changed_at": now}
        if not self._set(workshop_id, values):
            return False
        self._connection.execute(
            delete(meetings).where(
                meetings.c.hub == self._hub, meetings.c.workshop_id == workshop_id
            )
        )
        self._meet(workshop_id, plan)
        return True

    def answer(self, workshop_id: int, answer: Answer, reply: str, by: str, now: datetime) -> bool:
        """Answer a request that waits; False: it does not."""
        values = {"answer": answer.value, "reply": reply, "answered_by": by, "answered_at": now}
        return self._set(
            workshop_id, values, workshops.c.asked_at.is_not(None), workshops.c.answer.is_(None)
        )

    def _set(
        self, workshop_id: int, values: Mapping[str, object], *only: ColumnElement[bool]
    ) -> bool:
        """Change one that was not called off; False: there is none such."""
        standing = update(workshops).where(
            workshops.c.hub == self._hub,
            workshops.c.workshop_id == workshop_id,
            workshops.c.cancelled_at.is_(None),
            *only,
        )
        return self._connection.execute(standing.values(dict(values))).rowcount == 1

    def _meet(self, workshop_id: int, plan: Plan) -> None:
        rows = meeting_rows(self._hub, workshop_id, plan)
        if rows:
            self._connection.execute(insert(meetings), rows)

    def get(self, workshop_id: int) -> Workshop | None:
        """A workshop of this hub."""
        values = {"hub": self._hub, "workshop_id": workshop_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else workshop_of(row)

    def of(self, community: str) -> Sequence[Workshop]:
        """Those of a community, the one that begins last first."""
        return self._all(_OF_COMMUNITY, {"community": community})

    def open_in(self, first_on: date, last_on: date) -> Sequence[Workshop]:
        """Those of this hub that take place on any of these days."""
        values = {"first_on": first_on, "last_on": last_on}
        return self._all(_OPEN_IN, values)

    def own_limits(self) -> Mapping[int, Tighter]:
        """Of workshops that say something and have live servers."""
        rows = self._connection.execute(_OWN_LIMITS, {"hub": self._hub})
        return {number: culling_said(*limits) for number, *limits in rows}

    def waiting(self) -> Sequence[Workshop]:
        """Those of this hub that wait for an answer, the longest first."""
        return self._all(_WAITING, {})

    def cancel(self, workshop_id: int, now: datetime) -> bool:
        """Call it off; False: it had been called off before."""
        return self._set(workshop_id, {"cancelled_at": now})

    def _all(
        self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object]
    ) -> list[Workshop]:
        rows = self._connection.execute(statement, {"hub": self._hub, **values})
        return [workshop_of(row) for row in rows]

    def taught_by(self, person_id: int) -> Sequence[Workshop]:
        """Those whose instructor she is, whenever they are; none that was called off."""
        return self._all(_TAUGHT_BY, {"person_id": person_id})

    def taught_in(self, community: str) -> Mapping[int, Sequence[Workshop]]:
        """The same for everybody who instructs in a community, by person id."""
        values = {"hub": self._hub, "community": community}
        taught: dict[int, list[Workshop]] = {}
        for *columns, person_id in self._connection.execute(_TAUGHT_IN, values):
            taught.setdefault(person_id, []).append(workshop_of(columns))
        return taught

    def around(
        self, community: str, person_id: int, first_on: date, last_on: date
    ) -> Sequence[tuple[Workshop, bool]]:
        """Those of a community on any of these days, and whether she takes part."""
        values = {
            "community": community,
            "person_id": person_id,
            "first_on": first_on,
            "last_on": last_on,
        }
        rows = self._connection.execute(_AROUND, values)
        return [(workshop_of(columns), bool(is_hers)) for *columns, is_hers in rows]

    def taking_part(self, community: str, workshop_ids: Collection[int]) -> Mapping[int, set[int]]:
        """Who takes part in some of these, with their numbers, by person id."""
        values = {"community": community, "workshop_ids": list(workshop_ids)}
        found: dict[int, set[int]] = {}
        for workshop_id, person_id in self._connection.execute(_TAKING_PART, values):
            found.setdefault(person_id, set()).add(workshop_id)
        return found

    def appointments(self, workshop_id: int) -> Sequence[Appointment]:
        """Its instructors, the first first."""
        values = {"hub": self._hub, "workshop_id": workshop_id}
        return [Appointment(*row) for row in self._connection.execute(_APPOINTMENTS, values)]

    def appoint(self, workshop_id: int, person_id: int, actor: str, now: datetime) -> bool:
        """Make her its instructor; False: she was."""
        made = self._connection.scalar(
            insert_into(self._dialect, instructors)
            .values(
                hub=self._hub,
                workshop_id=workshop_id,
                person_id=person_id,
                added_by=actor,
                added_at=now,
            )
            .on_conflict_do_nothing()
            .returning(instructors.c.person_id)
        )
        return made is not None

    def dismiss(self, workshop_id: int, person_id: int) -> bool:
        """She is its instructor no longer; False: she was not."""
        of_hers = delete(instructors).where(
            instructors.c.hub == self._hub,
            instructors.c.workshop_id == workshop_id,
            instructors.c.person_id == person_id,
        )
        return self._connection.execute(of_hers).rowcount == 1

    def dismiss_from_all(self, person_id: int, community: str) -> None:
        """She is no instructor in this community any more."""
        of_community = select(workshops.c.workshop_id).where(
            workshops.c.hub == self._hub, workshops.c.community == community
        )
        self._connection.execute(
            delete(instructors).where(
                instructors.c.hub == self._hub,
                instructors.c.person_id == person_id,
                instructors.c.workshop_id.in_(of_community),
            )
        )
