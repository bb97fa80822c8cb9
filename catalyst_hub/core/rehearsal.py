"""The instant as of which a workshop is rehearsed."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.maintenance import moment
from catalyst_hub.core.meeting import Oddity, oddity
from catalyst_hub.core.workshop import Workshop, spans_in_session

#: Forms and programs write no seconds: this minute is still to come.
_A_MINUTE = timedelta(minutes=1)
#: Years later there are other policies.
_FARTHEST = timedelta(days=3 * 366)


class InstantRefusal(StrEnum):
    """Why what was written is no instant to rehearse."""

    NO_TIME = "no-time"
    SKIPPED = "skipped"
    OVER = "over"
    TOO_FAR = "too-far"


def instant_of(written: str, zone: str, now: datetime) -> datetime | InstantRefusal:
    """What was written, like ``2026-12-01T09:00``: by the clock of the zone, or with an offset of
    its own. Of an hour that comes twice, it is the first."""
    try:
        at, local = moment(written, zone), datetime.fromisoformat(written)
    except ValueError:
        return InstantRefusal.NO_TIME
    if at < now - _A_MINUTE:
        return InstantRefusal.OVER
    if at > now + _FARTHEST:
        return InstantRefusal.TOO_FAR
    # An offset of its own names an instant, whatever the clocks there show then.
    is_on_the_wall = local.tzinfo is None
    if is_on_the_wall and oddity(local.date(), f"{local:%H:%M}", zone) is Oddity.SKIPPED:
        return InstantRefusal.SKIPPED
    return at


def next_instant(workshop: Workshop, zone: str, now: datetime) -> datetime:
    """The beginning of the next day of it; when all have begun, this moment."""
    begins = (starts_at for starts_at, _ in spans_in_session(workshop, zone))
    return next((starts_at for starts_at in begins if starts_at >= now), now)
