"""Why a start was refused: a stable code and the facts that make the sentence.

Codes are part of the interface (REST answers, metrics labels, translations, docs): never rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window


class Code(StrEnum):
    """The fixed set of reasons. The HTTP status of each is :data:`STATUS`."""

    NO_COMMUNITY = "no-community"
    NOT_A_MEMBER = "not-a-member"
    CONSENT_NEEDED = "consent-needed"
    BEING_REMOVED = "being-removed"
    TERMS_NOT_ACCEPTED = "terms-not-accepted"
    MALFORMED_CHOICE = "malformed-choice"
    UNKNOWN_PROFILE = "unknown-profile"
    UNKNOWN_SIZE = "unknown-size"
    UNKNOWN_INTERFACE = "unknown-interface"
    UNFIT_IMAGE = "unfit-image"
    QUOTA_AT_ONCE = "quota-at-once"
    QUOTA_WINDOW = "quota-window"
    BUDGET_SPENT = "budget-spent"
    BUDGET_CLOSED = "budget-closed"
    BUDGET_SIZES = "budget-sizes"
    NOT_ENFORCED = "not-enforced"
    MAINTENANCE = "maintenance"
    STORE_UNAVAILABLE = "store-unavailable"


STATUS: Mapping[Code, int] = {
    Code.NO_COMMUNITY: 403,
    Code.NOT_A_MEMBER: 403,
    Code.CONSENT_NEEDED: 403,
    Code.BEING_REMOVED: 403,
    Code.TERMS_NOT_ACCEPTED: 403,
    Code.MALFORMED_CHOICE: 400,
    Code.UNKNOWN_PROFILE: 400,
    Code.UNKNOWN_SIZE: 400,
    Code.UNKNOWN_INTERFACE: 400,
    Code.UNFIT_IMAGE: 400,
    Code.QUOTA_AT_ONCE: 429,
    Code.QUOTA_WINDOW: 429,
    Code.BUDGET_SPENT: 429,
    Code.BUDGET_CLOSED: 429,
    Code.BUDGET_SIZES: 429,
    Code.NOT_ENFORCED: 503,
    Code.MAINTENANCE: 503,
    Code.STORE_UNAVAILABLE: 503,
}


class LimitScope(StrEnum):
    """Who shares a limit: everybody of a community, one person, everybody of a workshop."""

    COMMUNITY = "community"
    PERSON = "person"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One limit as it stands: canonical integers of ``unit`` (see :class:`Unit`).

    ``used`` includes what running servers have used so far; ``held`` is reserved for those that
    run, so that they can be told before they are stopped. ``resets_at`` is None for limits at once
    and in total. ``is_budget`` marks the community's budget, which people know by that name.
    ``profile`` is the slug of the one profile whose servers count, ``workshop`` the title of the
    one workshop. Of a rolling window of so many ``days``, ``falls_out`` has how much is given back
    at which midnights if nothing more is used; ``resets_at`` is when more is left than now.
    """

    scope: LimitScope
    unit: Unit
    window: Window
    limit: int
    used: int
    held: int = 0
    resets_at: datetime | None = None
    is_budget: bool = False
    profile: str | None = None
    days: int = 0
    workshop: str = ""
    falls_out: tuple[tuple[datetime, int], ...] = ()

    @property
    def left(self) -> int:
        """What a new start could still take; never below zero."""
        return max(0, self.limit - self.used - self.held)

    def fits_at(self, asked: int) -> datetime | None:
        """When there will be room for so much, if nothing more is used until then; None: nobody
        can say, or never."""
        if asked > self.limit:
            return None
        if not self.falls_out:
            return self.resets_at
        left = self.limit - self.used - self.held
        for at, amount in self.falls_out:
            left += amount
            if left >= asked:
                return at
        return None

    @property
    def comes_back(self) -> tuple[datetime, int] | None:
        """When a rolling window will have given back so much that more is left than now, and how
        much more. What was used beyond the limit comes first."""
        left = self.limit - self.used - self.held
        for at, amount in self.falls_out:
            left += amount
            if left > self.left:
                return at, left - self.left
        return None

    def concerns(self, profile: str) -> bool:
        """Whether servers of this profile count."""
        return self.profile in (None, profile)


@dataclass(frozen=True, slots=True)
class Denied:
    """A start that was refused.

    ``community`` is the slug it was asked for; ``contact`` whom to ask (None: the operator);
    ``zone`` and ``currency`` are the community's, to show instants and money; ``allowance`` the
    limit that was met; ``asked`` what the start would have taken of it; ``name`` the word that
    was not known; ``until`` when it helps to come back, where no limit says so; ``profile`` the
    title of the profile whose limit it is, if it is one's.
    """

    code: Code
    community: str | None = None
    contact: str | None = None
    zone: str = "UTC"
    currency: str = "USD"
    allowance: Allowance | None = None
    asked: int = 0
    name: str | None = None
    known: tuple[str, ...] = field(default_factory=tuple)
    until: datetime | None = None
    profile: Mapping[str, str] | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return STATUS[self.code]
