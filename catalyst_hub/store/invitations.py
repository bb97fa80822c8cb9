"""Codes that let people in, known by their digests alone, and who has come with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from catalyst_hub.core.community import Role
from catalyst_hub.core.invitation import Invitation, Terms
from catalyst_hub.store.repository import Repository, insert_into
from catalyst_hub.store.tables import invitations, redemptions

_USED = (
    select(func.count())
    .where(redemptions.c.invitation_id == invitations.c.invitation_id)
    .correlate(invitations)
    .scalar_subquery()
)
_INVITATION = select(
    invitations.c.invitation_id,
    invitations.c.community,
    invitations.c.role,
    invitations.c.seats,
    _USED.label("used"),
    invitations.c.note,
    invitations.c.created_by,
    invitations.c.created_at,
    invitations.c.expires_at,
    invitations.c.revoked_at,
    invitations.c.workshop_id,
).where(invitations.c.hub == bindparam("hub"))
_BY_ID = _INVITATION.where(invitations.c.invitation_id == bindparam("invitation_id"))
_OF_COMMUNITY = _INVITATION.where(invitations.c.community == bindparam("community")).order_by(
    invitations.c.invitation_id.desc()
)
# A writing transaction on SQLite holds the whole file from its beginning; there it is no clause.
_LOCK = (
    select(invitations.c.invitation_id)
    .where(invitations.c.hub == bindparam("hub"), invitations.c.digest == bindparam("digest"))
    .with_for_update()
)
_COMMUNITY = select(invitations.c.community).where(
    invitations.c.hub == bindparam("hub"), invitations.c.digest == bindparam("digest")
)
_REDEMPTION = select(redemptions.c.redeemed_at).where(
    redemptions.c.hub == bindparam("hub"),
    redemptions.c.invitation_id == bindparam("invitation_id"),
    redemptions.c.person_id == bindparam("person_id"),
)
_CAME_BY = (
    select(redemptions.c.person_id, invitations.c.workshop_id)
    .join(invitations, invitations.c.invitation_id == redemptions.c.invitation_id)
    .where(invitations.c.hub == bindparam("hub"), invitations.c.community == bindparam("community"))
    .distinct()
)
#: What the column says of invitations that make members instructors of their workshop, too.
_INSTRUCTOR = "instructor"
_ADD = insert(invitations).returning(invitations.c.invitation_id)


class SqlInvitations(Repository):
    """Implements :class:`catalyst_hub.core.unit_of_work.Invitations`."""

    def add(
        self, community: str, digest: str, terms: Terms, actor: str, now: datetime
    ) -> Invitation:
        """A new invitation."""
        row = {
            "hub": self._hub,
            "community": community,
            "digest": digest,
            "role": _INSTRUCTOR if terms.is_for_instructors else terms.role.value,
            "seats": terms.seats,
            "note": terms.note,
            "created_by": actor,
            "created_at": now,
            "expires_at": terms.expires_at(now),
            "workshop_id": terms.workshop_id,
        }
        return Invitation(
            invitation_id=self._connection.execute(_ADD, row).scalar_one(),
            community=community,
            role=terms.role,
            seats=terms.seats,
            used=0,
            note=terms.note,
            created_by=actor,
            created_at=now,
            expires_at=terms.expires_at(now),
            workshop_id=terms.workshop_id,
            is_for_instructors=terms.is_for_instructors,
        )

    def community_of(self, digest: str) -> str | None:
        """Where it lets people in; None: there is none."""
        return self._connection.scalar(_COMMUNITY, {"hub": self._hub, "digest": digest})

    def lock(self, digest: str) -> Invitation | None:
        """The invitation with this code, held until the transaction ends.

        Its seats are counted by a second statement: the one that had to wait for the lock still
        sees the table as it was before.
        """
        found = self._connection.scalar(_LOCK, {"hub": self._hub, "digest": digest})
        return None if found is None else self.get(found)

    def get(self, invitation_id: int) -> Invitation | None:
        """An invitation of this hub."""
        values = {"hub": self._hub, "invitation_id": invitation_id}
        row = self._connection.execute(_BY_ID, values).one_or_none()
        return None if row is None else _invitation(row)

    def of(self, community: str) -> Sequence[Invitation]:
        """Those of a community, the newest first."""
        values = {"hub": self._hub, "community": community}
        return [_invitation(row) for row in self._connection.execute(_OF_COMMUNITY, values)]

    def has_redeemed(self, invitation_id: int, person_id: int) -> bool:
        """Whether she has come with it."""
        values = {"hub": self._hub, "invitation_id": invitation_id, "person_id": person_id}
        return self._connection.execute(_REDEMPTION, values).one_or_none() is not None

    def came_by(self, community: str) -> Mapping[int, frozenset[int | None]]:
        """The workshops whose invitations each person has come with."""
        found: dict[int, set[int | None]] = {}
        values = {"hub": self._hub, "community": community}
        for person_id, workshop_id in self._connection.execute(_CAME_BY, values):
            found.setdefault(person_id, set()).add(workshop_id)
        return {person_id: frozenset(numbers) for person_id, numbers in found.items()}

    def take_seat(self, invitation_id: int, person_id: int, now: datetime) -> None:
        """Note that she has come with it; she has one seat, however often."""
        self._connection.execute(
            insert_into(self._dialect, redemptions)
            .values(
                hub=self._hub, invitation_id=invitation_id, person_id=person_id, redeemed_at=now
            )
            .on_conflict_do_nothing()
        )

    def move_end(self, invitation_id: int, expires_at: datetime) -> None:
        """It ends at another time."""
        its = update(invitations).where(
            invitations.c.hub == self._hub, invitations.c.invitation_id == invitation_id
        )
        self._connection.execute(its.values(expires_at=expires_at))

    def revoke(self, invitation_id: int, actor: str, now: datetime) -> bool:
        """End it; False: it had been revoked before."""
        standing = update(invitations).where(
            invitations.c.hub == self._hub,
            invitations.c.invitation_id == invitation_id,
            invitations.c.revoked_at.is_(None),
        )
        changed = self._connection.execute(standing.values(revoked_by=actor, revoked_at=now))
        return changed.rowcount == 1


def _invitation(row: Row[*tuple[Any, ...]]) -> Invitation:
    is_for_instructors = row.role == _INSTRUCTOR
    role = Role.MEMBER if is_for_instructors else Role(row.role)
    values = {**row._mapping, "role": role, "is_for_instructors": is_for_instructors}
    return Invitation(**values)
