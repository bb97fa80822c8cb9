"""Spares: a champion's word that somebody's servers are not stopped as idle for a while."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.window import local_day, midnight

LONGEST_REASON = 300
#: For longer, the file is the place to say it.
LONGEST_DAYS = 366
#: The same by the same person within this time is a form that was sent twice.
_SAME = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Wish:
    """A spare to make: whose servers, why, until when."""

    person_id: int
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Spare:
    """One that was made."""

    spare_id: int
    community: str
    person_id: int
    reason: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_by: str | None = None
    revoked_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.revoked_at is None and now < self.expires_at


class SparingRefusal(StrEnum):
    """Why somebody is not spared."""

    NOT_ALLOWED = "not-allowed"
    NOT_IN = "not-in"
    ONESELF = "oneself"
    NO_REASON = "no-reason"
    LONG_REASON = "long-reason"
    OVER = "over"
    TOO_LONG = "too-long"


def sparing_refusal(
    wish: Wish, community: Community, now: datetime, *, is_oneself: bool, by_operator: bool
) -> SparingRefusal | None:
    """Why champions, or the operator, may not do it; None: they may. Bounds are for champions, and
    count whole days of the community's zone: the rest of today is given away."""
    bounds, zone = community.bounds, community.zone
    if not by_operator and not bounds.most_spare_days:
        return SparingRefusal.NOT_ALLOWED
    if is_oneself and not by_operator:
        return SparingRefusal.ONESELF
    if not wish.reason:
        return SparingRefusal.NO_REASON
    if len(wish.reason) > LONGEST_REASON:
        return SparingRefusal.LONG_REASON
    if wish.expires_at <= now:
        return SparingRefusal.OVER
    most = LONGEST_DAYS if by_operator else bounds.most_spare_days
    latest = midnight(local_day(now, zone) + timedelta(days=most + 1), zone)
    return SparingRefusal.TOO_LONG if wish.expires_at > latest else None


def sent_before(wish: Wish, spares: Iterable[Spare], actor: str, now: datetime) -> Spare | None:
    """The one that the same form has made already, if it was sent twice."""
    wanted = (wish.person_id, wish.reason, wish.expires_at, actor)
    return next(
        (
            spare
            for spare in spares
            if (spare.person_id, spare.reason, spare.expires_at, spare.made_by) == wanted
            and abs(now - spare.made_at) < _SAME
        ),
        None,
    )


def spared_until(spares: Iterable[Spare], now: datetime) -> dict[tuple[str, int], datetime]:
    """Until when servers are spared, by community and person."""
    found: dict[tuple[str, int], datetime] = {}
    for spare in spares:
        if spare.is_in_force(now):
            key = spare.community, spare.person_id
            found[key] = max(spare.expires_at, found.get(key, spare.expires_at))
    return found
