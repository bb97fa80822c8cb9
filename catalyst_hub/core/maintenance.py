"""Maintenance: the hub, or one community of it, pauses: announced before, no starts during."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from catalyst_hub.core.profile import Texts
from catalyst_hub.core.session import Session

#: Whoever has work in a server that is going to be drained is told this long before, if the
#: maintenance itself does not begin earlier.
TOLD_BEFORE = timedelta(hours=1)
#: A message stands above everything else on a small screen.
LONGEST_MESSAGE = 500
#: A time further away is a year that was mistyped, and not every zone has the last one there is.
_FARTHEST = timedelta(days=5 * 366)


class Objection(StrEnum):
    """Why a maintenance cannot be announced like that."""

    NO_MESSAGE = "no-message"
    TOO_LONG = "too-long"
    UNKNOWN_COMMUNITY = "unknown-community"
    ENDS_BEFORE_START = "ends-before-start"
    ENDS_IN_THE_PAST = "ends-in-the-past"
    DRAINS_OUTSIDE = "drains-outside"
    TOO_FAR = "too-far"


@dataclass(frozen=True, slots=True)
class Pause:
    """What an operator asks for. ``community`` is a slug, None: the whole hub. ``ends_at`` None:
    until somebody ends it; ``drain_at`` None: what runs may go on running. ``message`` by language,
    the empty word for all of them."""

    community: str | None
    message: Texts
    starts_at: datetime
    ends_at: datetime | None = None
    drain_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A pause that was announced. ``ended_at``: somebody ended it, before its time or without."""

    maintenance_id: int
    pause: Pause
    made_by: str
    made_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it has come to its end, or was ended."""
        ends_at = self.pause.ends_at
        return self.ended_at is not None or (ends_at is not None and now >= ends_at)

    def is_on(self, now: datetime) -> bool:
        """Whether nothing new may start."""
        return now >= self.pause.starts_at and not self.is_over(now)

    def concerns(self, community: str) -> bool:
        """Whether a community, by slug, pauses with it."""
        return self.pause.community in (None, community)


def objection(pause: Pause, communities: Iterable[str], now: datetime) -> Objection | None:
    """What is wrong with it; None: it can be announced."""
    texts, ends_at, drain_at = pause.message.values(), pause.ends_at, pause.drain_at
    if not any(text.strip() for text in texts):
        return Objection.NO_MESSAGE
    if any(len(text) > LONGEST_MESSAGE for text in texts):
        return Objection.TOO_LONG
    if pause.community is not None and pause.community not in communities:
        return Objection.UNKNOWN_COMMUNITY
    if ends_at is not None and ends_at <= pause.starts_at:
        return Objection.ENDS_BEFORE_START
    if ends_at is not None and ends_at <= now:
        return Objection.ENDS_IN_THE_PAST
    if drain_at is not None and not _is_within(drain_at, pause):
        return Objection.DRAINS_OUTSIDE
    is_far = any(abs(at - now) > _FARTHEST for at in (pause.starts_at, ends_at) if at)
    return Objection.TOO_FAR if is_far else None


def _is_within(at: datetime, pause: Pause) -> bool:
    return at >= pause.starts_at and (pause.ends_at is None or at < pause.ends_at)


def in_time(pause: Pause, notice: timedelta, now: datetime) -> Pause:
    """The same, with its servers stopped no earlier than their owners can have been told: so that
    the announcement and the notices name one time. Where it ends before that, none is stopped."""
    if pause.drain_at is None:
        return pause
    later = replace(pause, drain_at=max(pause.drain_at, now + notice))
    return later if later.drain_at and _is_within(later.drain_at, pause) else pause


def is_same(asked: Pause, existing: Maintenance, now: datetime) -> bool:
    """Whether announcing it would say again what was said: the button was pressed twice.

    Two that have begun already are told apart by nothing but when the button was pressed.
    """
    known = existing.pause
    same_start = asked.starts_at == known.starts_at or max(asked.starts_at, known.starts_at) <= now
    said = (asked.community, asked.message, asked.ends_at, asked.drain_at)
    return same_start and said == (known.community, known.message, known.ends_at, known.drain_at)


def on_in(maintenances: Iterable[Maintenance], community: str, now: datetime) -> Maintenance | None:
    """What keeps a community from starting servers: of several, the one that lasts longest."""
    on = [m for m in maintenances if m.concerns(community) and m.is_on(now)]
    return max(on, key=_lasts, default=None)


def _lasts(maintenance: Maintenance) -> tuple[bool, float]:
    ends_at = maintenance.pause.ends_at
    return ends_at is None, ends_at.timestamp() if ends_at else 0.0


def stop_of(
    session: Session, maintenances: Sequence[Maintenance], now: datetime
) -> datetime | None:
    """When a live session has to be stopped; None: it may run, or it is too early to say.

    What was started after a maintenance began was started by those who work on it.
    """
    stops = [
        drain_at
        for m in maintenances
        if (drain_at := _drain_at(m, now)) is not None
        and m.concerns(session.choice.community)
        and session.reserved_at < m.pause.starts_at
    ]
    return min(stops, default=None)


def _drain_at(maintenance: Maintenance, now: datetime) -> datetime | None:
    pause = maintenance.pause
    if pause.drain_at is None or maintenance.is_over(now):
        return None
    told_at = min(pause.starts_at, pause.drain_at - TOLD_BEFORE)
    return pause.drain_at if now >= told_at else None


def shown(
    maintenances: Iterable[Maintenance], communities: Iterable[str], now: datetime
) -> tuple[Maintenance, ...]:
    """What people of these communities are told, the next first; strangers, of the hub's own."""
    mine = {None, *communities}
    told = [m for m in maintenances if m.pause.community in mine and not m.is_over(now)]
    return tuple(sorted(told, key=lambda m: (m.pause.starts_at, m.maintenance_id)))


def moment(written: str, zone: str) -> datetime:
    """An instant as an operator writes it: ``2026-11-30T14:00`` in this zone, or with an offset of
    its own. Raises ValueError."""
    at = datetime.fromisoformat(written)
    try:
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except OverflowError:
        # At the very end of the calendar some hours more or less are as far from now.
        return at.replace(tzinfo=UTC)
