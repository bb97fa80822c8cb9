"""Keeping a server for a while longer than was said: how far its owner may go by herself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.bounds import Keeping
from catalyst_hub.core.notice import OF_CULLING, Notice, Reason
from catalyst_hub.core.resources import Unit


class KeepRefusal(StrEnum):
    """Why a server cannot be kept."""

    NO_NOTICE = "no-notice"
    NOT_FOR_THIS = "not-for-this"
    USED_UP = "used-up"
    TOO_LATE = "too-late"


_CAN_BE_KEPT = OF_CULLING | {Reason.QUOTA, Reason.BUDGET}


def kept_since(notice: Notice) -> datetime | None:
    """Since when it counts how often the stop was put off; None: always. Whoever has worked in the
    meantime begins anew."""
    since = notice.facts.get("since")
    is_idle = notice.reason is Reason.IDLE and isinstance(since, str)
    return datetime.fromisoformat(str(since)) if is_idle else None


def is_about_money(notice: Notice) -> bool:
    """Whether it costs more than there is when the server runs on."""
    return notice.reason is Reason.BUDGET or notice.facts.get("unit") == Unit.MONEY


def times_for(notice: Notice, keeping: Keeping) -> int:
    """How often the stop may be put off for the reason of this notice."""
    if notice.reason not in _CAN_BE_KEPT:
        return 0
    return keeping.money_times if is_about_money(notice) else keeping.times


def keep_refusal(notice: Notice, keeping: Keeping, kept: int, now: datetime) -> KeepRefusal | None:
    """Why the stop cannot be put off after it was so often; None: it can."""
    if not times_for(notice, keeping):
        return KeepRefusal.NOT_FOR_THIS
    if kept >= times_for(notice, keeping):
        return KeepRefusal.USED_UP
    return KeepRefusal.TOO_LATE if notice.is_due(now) or notice.asked_at else None


@dataclass(frozen=True, slots=True)
class Keepable:
    """That a stop can be put off: until when, and how often in all from now on."""

    until: datetime
    left: int


def keepable(notice: Notice, keeping: Keeping, kept: int, now: datetime) -> Keepable | None:
    """What one press of the button would do; None: there is no button."""
    if keep_refusal(notice, keeping, kept, now) is not None:
        return None
    return Keepable(notice.stop_at + keeping.each, times_for(notice, keeping) - kept)
