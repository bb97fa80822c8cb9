"""The people of a community: who, since when, and how each of them came in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant
from catalyst_hub.core.unit_of_work import Person

#: Whoever has not been seen for so long is dormant.
DORMANT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a community with all that lets her in, the oldest first.

    ``used_on`` is the last day on which she ran a server there, in the community's zone;
    ``teaches`` are the titles of the workshops in which she instructs, today or later.
    """

    person: Person
    grants: tuple[Grant, ...]
    signed_in_at: datetime
    used_on: date | None = None
    is_operator: bool = field(default=False, kw_only=True)
    teaches: tuple[str, ...] = field(default=(), kw_only=True)
    has_phrase: bool = field(default=False, kw_only=True)

    @property
    def role(self) -> Role:
        """Champion where anything makes her one."""
        roles = {grant.role for grant in self.grants}
        return Role.CHAMPION if Role.CHAMPION in roles else Role.MEMBER

    @property
    def since(self) -> datetime:
        """When she came in."""
        return min(grant.granted_at for grant in self.grants)

    @property
    def seen_on(self) -> date:
        """The last day we know her to have been here."""
        signed_in_on = self.signed_in_at.date()
        return max(signed_in_on, self.used_on) if self.used_on else signed_in_on

    def is_dormant(self, now: datetime) -> bool:
        """Whether she has not been seen for long."""
        return self.seen_on < (now - DORMANT).date()


@dataclass(frozen=True, slots=True)
class Removal:
    """A person a champion has taken out; nothing but a hand lets her in again. Or one who has
    left of her own accord; she comes back by herself or with an invitation."""

    person: Person
    removed_by: str
    removed_at: datetime

    @property
    def has_left(self) -> bool:
        """Whether nobody but she removed her."""
        return self.removed_by == self.person.name


class AddingRefusal(StrEnum):
    """Why somebody cannot be added by hand."""

    UNKNOWN = "unknown"
    ALREADY_IN = "already-in"
    OPERATOR = "operator"
    MUST_AGREE = "must-agree"
    HAS_LEFT = "has-left"
    BLOCKED = "blocked"


def adding_refusal(
    community: str,
    memberships: Mapping[str, Role],
    *,
    is_removed: bool,
    is_operator: bool,
    has_left: bool = False,
    is_blocked: bool = False,
) -> AddingRefusal | None:
    """Why a champion may not put this person into the community; None: she may.

    To be in a community gives its champions some power over one's servers. Whoever belongs to
    another has to agree to that, by an invitation; whoever was in before has agreed already,
    unless she has left of her own accord.
    """
    if is_operator:
        return AddingRefusal.OPERATOR
    if is_blocked:
        return AddingRefusal.BLOCKED
    if community in memberships:
        return AddingRefusal.ALREADY_IN
    if has_left:
        return AddingRefusal.HAS_LEFT
    if memberships and not is_removed:
        return AddingRefusal.MUST_AGREE
    return None


class RemovingRefusal(StrEnum):
    """Why somebody cannot be taken out."""

    NOT_IN = "not-in"
    OPERATOR = "operator"
    CHAMPION = "champion"


def removing_refusal(
    role: Role | None, *, is_operator: bool, by_operator: bool
) -> RemovingRefusal | None:
    """Why this person may not be taken out; champions do not remove each other."""
    if role is None:
        return RemovingRefusal.NOT_IN
    if is_operator:
        return RemovingRefusal.OPERATOR
    if role is Role.CHAMPION and not by_operator:
        return RemovingRefusal.CHAMPION
    return None


def found(members: Iterable[Member], words: str) -> Sequence[Member]:
    """Those in whose names every word occurs, whatever its case and accents."""
    wanted = _plain(words).split()
    return [m for m in members if all(word in _names(m.person) for word in wanted)]


def _names(person: Person) -> str:
    return _plain(f"{person.display_name} {person.name}")


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
