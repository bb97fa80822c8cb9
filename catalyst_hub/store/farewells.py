"""People who leave after a workshop: who they are, and how often they were told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, exists, select, update

from catalyst_hub.core.community import Role
from catalyst_hub.core.farewell import Farewell, Guest
from catalyst_hub.core.grant import Source
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import (
    farewells,
    identities,
    instructors,
    invitations,
    memberships,
    people,
    redemptions,
    workshops,
)
from catalyst_hub.store.types import Day

_TODAY = bindparam("today", type_=Day())
_PROVIDERS = bindparam("providers", type_=String(), expanding=True)
_HERS = identities.c.person_id == people.c.person_id
_SIGNS_IN = exists().where(_HERS, identities.c.provider.in_(_PROVIDERS))
_HAS_ANOTHER_WAY = exists().where(_HERS, identities.c.provider.not_in(_PROVIDERS))
_BELONGS_OTHERWISE = exists().where(
    memberships.c.person_id == people.c.person_id,
    (memberships.c.community != workshops.c.community)
    | (memberships.c.granted_by != Source.INVITATION.value)
    | (memberships.c.role != Role.MEMBER.value),
)
_TEACHES = exists().where(instructors.c.person_id == people.c.person_id)
# What else has let her in: for good, for a workshop whose people stay, or for one to come.
_other_invitations, _other_redemptions = invitations.alias(), redemptions.alias()
_other = workshops.alias()
_CAME_AGAIN = (
    select(_other_redemptions.c.person_id)
    .select_from(
        _other_redemptions.join(
            _other_invitations,
            _other_invitations.c.invitation_id == _other_redemptions.c.invitation_id,
        ).outerjoin(_other, _other.c.workshop_id == _other_invitations.c.workshop_id)
    )
    .where(
        _other_redemptions.c.person_id == people.c.person_id,
        _other.c.workshop_id.is_(None)
        | (
            _other.c.cancelled_at.is_(None)
            & (_other.c.clean_after_days.is_(None) | (_other.c.last_on > _TODAY))
        ),
    )
    .correlate(people)
    .exists()
)
# Nothing calls off what has begun: who belongs here otherwise since then, too, goes.
_HAS_TO_GO = farewells.c.removed_at.is_not(None) | and_(
    workshops.c.clean_after_days.is_not(None),
    (workshops.c.last_on <= _TODAY) | workshops.c.cancelled_at.is_not(None),
    _SIGNS_IN,
    ~_HAS_ANOTHER_WAY,
    ~_BELONGS_OTHERWISE,
    ~_TEACHES,
    ~_CAME_AGAIN,
)
# A row for each of her workshops.
_GUESTS = (
    select(
        people.c.person_id,
        people.c.name,
        people.c.display_name,
        people.c.pseudonym,
        people.c.language,
        workshops.c.workshop_id,
        workshops.c.last_on,
        workshops.c.cancelled_at,
        workshops.c.clean_after_days,
        farewells.c.notices,
        farewells.c.told_at,
        farewells.c.removed_at,
        farewells.c.kept_at,
    )
    .distinct()
    .select_from(
        workshops.join(invitations, invitations.c.workshop_id == workshops.c.workshop_id)
        .join(redemptions, redemptions.c.invitation_id == invitations.c.invitation_id)
        .join(people, people.c.person_id == redemptions.c.person_id)
        .outerjoin(
            farewells,
            (farewells.c.workshop_id == workshops.c.workshop_id)
            & (farewells.c.person_id == people.c.person_id),
        )
    )
    .where(
        workshops.c.hub == bindparam("hub"),
        people.c.hub == bindparam("hub"),
        people.c.erased_at.is_(None),
        _HAS_TO_GO,
    )
    .order_by(workshops.c.workshop_id, people.c.person_id)
)
_GUEST = _GUESTS.where(people.c.name == bindparam("user_name"))
_IS_TOLD = (
    select(farewells.c.notices)
    .join(people, people.c.person_id == farewells.c.person_id)
    .where(
        people.c.hub == bindparam("hub"),
        people.c.name == bindparam("user_name"),
        farewells.c.kept_at.is_(None),
    )
    .limit(1)
)
_begun = farewells.alias()
_HAS_BEGUN = select(_begun.c.notices).where(
    _begun.c.hub == bindparam("hub"),
    _begun.c.person_id == bindparam("person_id"),
    _begun.c.removed_at.is_not(None),
)


class SqlFarewells(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.farewells.Farewells`."""

    def guests(
        self, providers: Collection[str], today: date, user_name: str | None = None
    ) -> Sequence[Guest]:
        """Everybody, or one person, who came for a workshop alone that is over."""
        statement = _GUESTS if user_name is None else _GUEST
        values = {"hub": self._hub, "providers": sorted(providers), "today": today}
        rows = self._connection.execute(statement, {**values, "user_name": user_name})
        last: dict[int, Row[*tuple[Any, ...]]] = {}
        for row in rows:
            last[row.person_id] = max(last.get(row.person_id, row), row, key=_keeps_until)
        return [_guest(row) for row in last.values() if row.kept_at is None]

    def is_told(self, user_name: str) -> bool:
        """Whether she has had a notice and has not chosen to stay."""
        values = {"hub": self._hub, "user_name": user_name}
        return self._connection.execute(_IS_TOLD, values).first() is not None

    def tell(self, workshop_id: int, person_id: int, now: datetime) -> None:
        """Note that she has had one notice more."""
        new = insert_into(self._dialect, farewells).values(
            hub=self._hub, workshop_id=workshop_id, person_id=person_id, notices=1, told_at=now
        )
        again = {"notices": farewells.c.notices + 1, "told_at": now}
        keys = ["workshop_id", "person_id"]
        self._connection.execute(new.on_conflict_do_update(index_elements=keys, set_=again))

    def keep(self, person_id: int, now: datetime) -> bool:
        """She stays, unless her removal has begun, after whichever workshop."""
        hers = update(farewells).where(
            farewells.c.hub == self._hub,
            farewells.c.person_id == person_id,
            farewells.c.kept_at.is_(None),
            # Of what was written while this waited for a row it sees that row alone.
            farewells.c.removed_at.is_(None),
            ~exists().where(
                _begun.c.person_id == farewells.c.person_id, _begun.c.removed_at.is_not(None)
            ),
        )
        is_kept = self._connection.execute(hers.values(kept_at=now)).rowcount > 0
        return is_kept and not self.has_begun(person_id)

    def begin(self, workshop_id: int, person_id: int, now: datetime) -> bool:
        """Her removal begins, unless it has before or she stays."""
        hers = update(farewells).where(
            farewells.c.hub == self._hub,
            farewells.c.workshop_id == workshop_id,
            farewells.c.person_id == person_id,
            farewells.c.removed_at.is_(None),
            farewells.c.kept_at.is_(None),
        )
        return self._connection.execute(hers.values(removed_at=now)).rowcount > 0

    def has_begun(self, person_id: int) -> bool:
        """Whether her removal has begun, after whichever workshop."""
        values = {"hub": self._hub, "person_id": person_id}
        return self._connection.execute(_HAS_BEGUN, values).first() is not None


def _keeps_until(row: Row[*tuple[Any, ...]]) -> tuple[bool, date, int]:
    """Of several workshops the one counts whose people go last; but what has begun goes on."""
    last_on: date = row.last_on
    if row.cancelled_at is not None:
        last_on = min(last_on, row.cancelled_at.date())
    goes_on = last_on + timedelta(days=row.clean_after_days or 0)
    return row.removed_at is not None, goes_on, row.workshop_id


def _guest(row: Row[*tuple[Any, ...]]) -> Guest:
    *who, workshop_id, _, _, _, notices, told_at, begun_at, _ = row
    farewell = Farewell(notices, told_at, begun_at) if notices else None
    return Guest(Person(*who), workshop_id, farewell)
