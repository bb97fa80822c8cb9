"""Invitations: a code that lets people into a community, and what ends its power."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.community import Role

#: Nothing that is mistaken for something else when it is read aloud or copied from a board:
#: no 0 and O, no 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
#: How many codes there are: 31 ** 8, about 2 ** 39.6.
CODES = len(ALPHABET) ** LENGTH
_GROUP = 4

MOST_SEATS = 500
MOST_DAYS = 90
LONGEST_NOTE = 80


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


@dataclass(frozen=True, slots=True)
class Terms:
    """What an invitation gives, how often and until when. Raises ValueError out of bounds."""

    seats: int
    days: int
    role: Role = Role.MEMBER
    note: str = ""

    def __post_init__(self) -> None:
        if not (1 <= self.seats <= MOST_SEATS and 1 <= self.days <= MOST_DAYS):
            raise ValueError(f"{self.seats} seats for {self.days} days are out of bounds")
        if len(self.note) > LONGEST_NOTE:
            raise ValueError(f"a note has at most {LONGEST_NOTE} characters")

    def expires_at(self, now: datetime) -> datetime:
        """The end, for an invitation that is made now."""
        return now + timedelta(days=self.days)


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
    if no is None and invitation.role is not Role.MEMBER:
        return Refusal.NOT_FOR_NEWCOMERS
    return no


@dataclass(frozen=True, slots=True)
class Caller:
    """What matters of the person with the code: taken out of the community before, came with
    this very code before, the role she has already."""

    is_removed: bool = False
    has_redeemed: bool = False
    role: Role | None = None


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
    return caller.role is not Role.CHAMPION and caller.role is not invitation.role
