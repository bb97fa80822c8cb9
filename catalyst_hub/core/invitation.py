"""Invitations: a code that lets people into a community, and what ends its power."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.workshop import Workshop

#: Nothing that is mistaken for something else when it is read aloud or copied from a board:
#: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
#: How many codes there are: 31 ** 8, about 2 ** 39.6.
CODES = len(ALPHABET) ** LENGTH
_GROUP = 4

LONGEST_NOTE = 80
#: Signs that steer, halves of signs, ends of lines and of paragraphs.
_NO_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def code_of(number: int) -> str:
    """The code of a (random) number from 0 to ``CODES`` - 1: eight letters."""
    letters = ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def shown(code: str) -> str:
    """The code as people read it: ``K7MP-4QRX``."""
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def as_code(typed: str) -> str | None:
    """The code that somebody typed, in any case, with any gaps; None: it cannot be one."""
    code = "".join(letter for letter in typed[:100].upper() if letter.isalnum())
    is_possible = len(code) == LENGTH and set(code) <= set(ALPHABET)
    return code if is_possible else None


def digest(hub: str, code: str) -> str:
    """What the store keeps of a code. Slow on purpose (16 MiB, some 40 ms): whoever steals the
    store has to pay this for every code they try."""
    salt = f"catalyst-hub invitation {hub}".encode()
    return hashlib.scrypt(code.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32).hex()


def join_link(hub_url: str, code: str) -> str:
    """The address that lets people in, below that of the Hub; with the ``code`` as they read it."""
    return f"{hub_url.rstrip('/')}/join/{code}"


class Whom(StrEnum):
    """Whom an invitation is for; learners and instructors are those of a workshop."""

    MEMBERS = "members"
    CHAMPIONS = "champions"
    LEARNERS = "learners"
    INSTRUCTORS = "instructors"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an invitation gives, how often and until when. Raises ValueError for what cannot be.

    That of a workshop is for its learners, who become members, or its instructors, who become
    members as well; it ends with the workshop at the latest (``ends_at``).
    """

    seats: int
    days: int
    role: Role = Role.MEMBER
    note: str = ""
    workshop_id: int | None = None
    is_for_instructors: bool = False
    ends_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.seats < 1 or self.days < 1:
            raise ValueError(f"{self.seats} seats for {self.days} days are no invitation")
        if len(self.note) > LONGEST_NOTE:
            raise ValueError(f"a note has at most {LONGEST_NOTE} characters")
        if any(unicodedata.category(letter) in _NO_LINE for letter in self.note):
            raise ValueError("a note is a line that can be shown")
        if self.is_for_instructors and self.workshop_id is None:
            raise ValueError("instructors are of a workshop")
        if self.workshop_id is not None and self.role is not Role.MEMBER:
            raise ValueError("a workshop makes nobody a champion")

    def is_within(self, bounds: Bounds) -> bool:
        """Whether champions may give so much."""
        return (
            self.seats <= bounds.most_invitation_seats and self.days <= bounds.most_invitation_days
        )

    def expires_at(self, now: datetime) -> datetime:
        """The end, for an invitation that is made now."""
        end = now + timedelta(days=self.days)
        return min(end, self.ends_at) if self.ends_at else end


class InvitingRefusal(StrEnum):
    """Why an invitation is not made."""

    OUT_OF_BOUNDS = "out-of-bounds"
    NO_WORKSHOP = "no-workshop"


def is_learners_of(invitation: Terms | Invitation, taught: Iterable[Workshop]) -> bool:
    """Whether it only lets learners into one of these workshops: its instructor may make and end
    it."""
    return (
        not invitation.is_for_instructors
        and invitation.role is Role.MEMBER
        and invitation.workshop_id in {workshop.workshop_id for workshop in taught}
    )


@dataclass(frozen=True, slots=True)
class Invitation:
    """One code, without the code. ``used`` seats are taken by people who came with it."""

    invitation_id: int
    community: str
    role: Role
    seats: int
    used: int
    note: str
    created_by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    workshop_id: int | None = None
    is_for_instructors: bool = False

    @property
    def whom(self) -> Whom:
        """Whom it is for."""
        if self.role is Role.CHAMPION:
            return Whom.CHAMPIONS
        if self.workshop_id is None:
            return Whom.MEMBERS
        return Whom.INSTRUCTORS if self.is_for_instructors else Whom.LEARNERS


class Refusal(StrEnum):
    """Why a code lets nobody in. Whoever typed it is told the same sentence for all of them."""

    UNKNOWN = "unknown"
    REVOKED = "revoked"
    EXPIRED = "expired"
    FULL = "full"
    REMOVED = "removed"
    NOT_FOR_NEWCOMERS = "not-for-newcomers"


def refusal(invitation: Invitation, now: datetime) -> Refusal | None:
    """Why it lets nobody new in now; None: it does."""
    if invitation.revoked_at is not None:
        return Refusal.REVOKED
    if now >= invitation.expires_at:
        return Refusal.EXPIRED
    if invitation.used >= invitation.seats:
        return Refusal.FULL
    return None


def newcomer_refusal(invitation: Invitation, now: datetime) -> Refusal | None:
    """Why it does not let in somebody of whom the hub knows nothing but what she types.

    Power over others is for people with an account somewhere.
    """
    no = refusal(invitation, now)
    gives_power = invitation.role is not Role.MEMBER or invitation.is_for_instructors
    return Refusal.NOT_FOR_NEWCOMERS if no is None and gives_power else no


@dataclass(frozen=True, slots=True)
class Caller:
    """What matters of the person with the code: taken out of the community before, came with
    this very code before, the role she has already, whether she instructs in the workshop."""

    is_removed: bool = False
    has_redeemed: bool = False
    role: Role | None = None
    is_instructor: bool = False


def redeem(invitation: Invitation, caller: Caller, now: datetime) -> Refusal | bool:
    """Whether a seat is taken; or why she is not let in.

    A second click must not cost a second seat, nor be refused because the first took the last.
    """
    if caller.is_removed:
        return Refusal.REMOVED
    if caller.has_redeemed and caller.role is not None:
        return False
    no = refusal(invitation, now)
    if no is not None:
        return no
    if invitation.is_for_instructors:
        return not caller.is_instructor
    if invitation.workshop_id is not None:
        # Whoever belongs to the community already takes part from now on.
        return True
    return caller.role is not Role.CHAMPION and caller.role is not invitation.role
