"""Exceptions: more than a limit allows, for a person or a whole community, until they expire.

Everybody says "exception"; in the code it is an exemption, as Python has taken the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.appeal import Appeal, limit_key
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window, local_day, midnight

LONGEST_REASON = 300
#: What is to hold longer belongs into the communities file. It also keeps dates within reason.
LONGEST_DAYS = 3660
#: Beyond this a number is a typing mistake, and sums would not fit the database's integers.
LARGEST_EXTRA = 2**53
#: The same by the same person within this time is a form that was sent twice.
_SAME = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """An exception to make, for a person by her hub name or, empty, the community.

    ``unit``, ``window``, ``profile`` and ``days`` are those of the limit, ``amount`` is a canonical
    integer of ``unit``; it holds to the end of ``last_on``. Raises ValueError for what cannot be.
    """

    user_name: str
    unit: Unit
    window: Window
    amount: int
    last_on: date
    reason: str
    profile: str | None = None
    days: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.amount <= LARGEST_EXTRA:
            raise ValueError(f"{self.amount} more is no exception")
        if not self.reason or len(self.reason) > LONGEST_REASON:
            raise ValueError(f"a reason has 1 to {LONGEST_REASON} characters")

    @property
    def scope(self) -> LimitScope:
        """Whose limit it raises."""
        return LimitScope.PERSON if self.user_name else LimitScope.COMMUNITY

    def raises(self, limit: Limit) -> bool:
        """Whether it is about this limit."""
        return limit.scope is self.scope and _kind(limit) == _kind(self)

    def is_about(self, appeal: Appeal) -> bool:
        """Whether it raises the limit that somebody asks about."""
        words = {
            name: getattr(self, name) for name in ("scope", "unit", "window", "days", "profile")
        }
        return limit_key(words) == limit_key(appeal.facts)

    def expires_at(self, zone: str) -> datetime:
        """The end of its last day there."""
        return midnight(self.last_on + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class Exemption:
    """``amount`` (canonical integer of ``unit``) more; ``person_id`` None: for the community's
    own limit."""

    exemption_id: int
    community: str
    person_id: int | None
    unit: Unit
    window: Window
    amount: int
    reason: str
    made_by: str
    made_at: datetime
    expires_at: datetime
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    profile: str | None = None
    days: int = 0

    def is_in_force(self, now: datetime) -> bool:
        """Whether it counts."""
        return self.revoked_at is None and now < self.expires_at

    def raises(self, limit: Limit, person_id: int | None) -> bool:
        """Whether it is about this limit as it stands for this person; None: for nobody's own."""
        if _kind(limit) != _kind(self):
            return False
        if limit.scope is LimitScope.PERSON:
            return self.person_id is not None and self.person_id == person_id
        return limit.scope is LimitScope.COMMUNITY and self.person_id is None


def _kind(one: Limit | Asked | Exemption) -> tuple[Unit, Window, str | None, int]:
    """What tells the limits of one person, or of one community, apart."""
    return one.unit, one.window, one.profile, one.days


def limits_with(
    limits: Iterable[Limit],
    exemptions: Iterable[Exemption],
    person_id: int | None,
    now: datetime,
) -> tuple[Limit, ...]:
    """The limits as they are for one person now; several exceptions to one limit add up."""
    current = [exemption for exemption in exemptions if exemption.is_in_force(now)]
    return tuple(limits) if not current else tuple(_raised(x, current, person_id) for x in limits)


def _raised(limit: Limit, current: Sequence[Exemption], person_id: int | None) -> Limit:
    extra = extra_on(limit, current, person_id)
    return replace(limit, amount=limit.amount + extra) if extra else limit


def extra_on(limit: Limit, current: Iterable[Exemption], person_id: int | None) -> int:
    """How much more of a limit these give together."""
    return sum(each.amount for each in current if each.raises(limit, person_id))


def answering(exemptions: Iterable[Exemption], appeal: Appeal) -> Exemption | None:
    """The one by which an appeal was answered: both were written in one moment by one champion."""
    signed = appeal.answered_by, appeal.answered_at
    return next(
        (
            each
            for each in exemptions
            if (each.made_by, each.made_at) == signed and each.person_id in {None, appeal.person_id}
        ),
        None,
    )


def given_before(asked: Asked, exemptions: Iterable[Exemption], person_id: int | None) -> int:
    """What these add already to the limits that are asked for, of the same person or community."""
    return sum(
        each.amount
        for each in exemptions
        if each.person_id == person_id and _kind(each) == _kind(asked)
    )


def sent_before(
    asked: Asked,
    exemptions: Iterable[Exemption],
    person_id: int | None,
    actor: str,
    zone: str,
    now: datetime,
) -> Exemption | None:
    """The one that the same form has made already, if it was sent twice."""
    wanted = person_id, _kind(asked), asked.amount, asked.reason, actor, asked.expires_at(zone)
    return next(
        (x for x in exemptions if _said(x) == wanted and abs(now - x.made_at) < _SAME), None
    )


def _said(made: Exemption) -> tuple[object, ...]:
    """What somebody wrote to make it."""
    who, why = made.person_id, (made.reason, made.made_by)
    return who, _kind(made), made.amount, *why, made.expires_at


class MakingRefusal(StrEnum):
    """Why an exception is not made."""

    NOT_ALLOWED = "not-allowed"
    NOT_IN = "not-in"
    ONESELF = "oneself"
    NO_SUCH_LIMIT = "no-such-limit"
    MONEY = "money"
    OVER = "over"
    TOO_LONG = "too-long"
    TOO_MUCH = "too-much"


def making_refusal(
    asked: Asked,
    limits: Sequence[Limit],
    given: int,
    bounds: Bounds,
    today: date,
    *,
    is_oneself: bool,
    by_operator: bool,
) -> MakingRefusal | None:
    """Why champions, or the operator, may not make it.

    ``limits`` are those of the communities file, ``given`` is what exceptions in force add to the
    same limits already. Bounds are for champions.
    """
    raised = [limit for limit in limits if asked.raises(limit)]
    days = (asked.last_on - today).days
    if not raised:
        return MakingRefusal.NO_SUCH_LIMIT
    if days < 0:
        return MakingRefusal.OVER
    if days > LONGEST_DAYS or given + asked.amount > LARGEST_EXTRA:
        return MakingRefusal.TOO_LONG if days > LONGEST_DAYS else MakingRefusal.TOO_MUCH
    if by_operator:
        return None
    return _out_of_bounds(asked, raised, given, days, bounds, is_oneself=is_oneself)


def _out_of_bounds(
    asked: Asked,
    raised: Sequence[Limit],
    given: int,
    days: int,
    bounds: Bounds,
    *,
    is_oneself: bool,
) -> MakingRefusal | None:
    if not bounds.champions_may_make_exceptions:
        return MakingRefusal.NOT_ALLOWED
    if is_oneself and not bounds.exceptions_for_oneself:
        return MakingRefusal.ONESELF
    if asked.unit is Unit.MONEY and not bounds.exceptions_of_money:
        return MakingRefusal.MONEY
    if days > bounds.most_exception_days:
        return MakingRefusal.TOO_LONG
    most = min(most_extra(limit, bounds) for limit in raised)
    return MakingRefusal.TOO_MUCH if given + asked.amount > most else None


def most_extra(limit: Limit, bounds: Bounds) -> int:
    """How much champions may add to a limit with all their exceptions together."""
    return limit.amount * bounds.most_exception_percent // 100


def open_to_champions(limits: Iterable[Limit], bounds: Bounds) -> tuple[Limit, ...]:
    """The limits that champions may raise at all."""
    if not bounds.champions_may_make_exceptions:
        return ()
    return tuple(
        limit
        for limit in limits
        if (limit.unit is not Unit.MONEY or bounds.exceptions_of_money)
        and most_extra(limit, bounds) > 0
    )


def last_day(exemption: Exemption, zone: str) -> date:
    """The last day on which it holds."""
    return local_day(exemption.expires_at - timedelta(milliseconds=1), zone)
