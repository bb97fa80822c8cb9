"""Who may become, or cease to be, a champion or an instructor."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source


@dataclass(frozen=True, slots=True)
class Appointment:
    """That a person instructs in a workshop: who made her its instructor, and when."""

    person_id: int
    by: str
    at: datetime


class InstructorRefusal(StrEnum):
    """Why somebody cannot be an instructor of a workshop."""

    NO_WORKSHOP = "no-workshop"
    NOT_IN = "not-in"
    OPERATOR = "operator"
    ALREADY = "already"


def instructor_refusal(role: Role | None, *, is_operator: bool) -> InstructorRefusal | None:
    """Why a person with this role may not instruct. Operators are in no community's groups: they
    would come into the power of its champions."""
    if is_operator:
        return InstructorRefusal.OPERATOR
    return InstructorRefusal.NOT_IN if role is None else None


class AppointingRefusal(StrEnum):
    """Why a member is not made a champion."""

    NOT_IN = "not-in"
    OPERATOR = "operator"
    ALREADY = "already"
    NOT_ALLOWED = "not-allowed"
    ENOUGH = "enough"


def appointing_refusal(
    role: Role | None, bounds: Bounds, champions: int, *, is_operator: bool, by_operator: bool
) -> AppointingRefusal | None:
    """Why this person may not be made a champion, where there are so many already.

    ``is_operator`` is of her, ``by_operator`` of whoever appoints: bounds are for champions.
    """
    if not by_operator and not bounds.champions_may_appoint:
        return AppointingRefusal.NOT_ALLOWED
    if is_operator:
        return AppointingRefusal.OPERATOR
    if role is None:
        return AppointingRefusal.NOT_IN
    if role is Role.CHAMPION:
        return AppointingRefusal.ALREADY
    if not by_operator and champions >= bounds.most_champions:
        return AppointingRefusal.ENOUGH
    return None


class DismissingRefusal(StrEnum):
    """Why a champion does not become a plain member."""

    NONE = "none"
    BY_RULE = "by-rule"
    LAST = "last"


def dismissing_refusal(
    grants: Collection[Grant], champions: int, *, by_operator: bool
) -> DismissingRefusal | None:
    """Why somebody with these grants stays a champion; a champion may not leave a community alone.

    What a rule of the file makes her, it would make her again at her next sign-in.
    """
    as_champion = [grant for grant in grants if grant.role is Role.CHAMPION]
    if not as_champion:
        return DismissingRefusal.NONE
    if any(grant.source is Source.RULE for grant in as_champion):
        return DismissingRefusal.BY_RULE
    return DismissingRefusal.LAST if champions <= 1 and not by_operator else None
