"""Whether what the Hub says of activity can be trusted just now.

Servers tell the Hub of their use every five minutes, and only a Hub that is there. After any gap
an instant of the last activity is old because nobody could hear of a newer one, which looks the
same as a server that nobody uses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.session import SILENCE

#: The Hub gives this sign when it has looked at every server that it knew before it began.
HUB_READY = "hub-ready"
#: When the observer that looks now began to look without a gap.
OBSERVING = "observing"
#: The instant of activity that most servers shared when they were looked at last.
ACTIVITY_RESET = "activity-reset"

#: Two rounds of what servers tell: after so long whoever is there has been heard of.
SETTLING = timedelta(minutes=10)
#: A Hub that has not looked at all of its servers by then does not hold back everything else.
LONGEST_START = timedelta(minutes=10)
#: What the Hub said of a server so long ago says nothing of it any more.
LONGEST_WORD = timedelta(seconds=60)
#: Clocks of two machines differ by so much at most.
_APART = timedelta(seconds=5)
#: Fewer servers may well have been used last at the same second.
_MANY = 5


class Doubt(StrEnum):
    """Why activity proves nothing now."""

    HUB_STARTING = "hub-starting"
    HUB_NEW = "hub-new"
    NOBODY_LOOKS = "nobody-looks"
    OBSERVER_NEW = "observer-new"
    ACTIVITY_RESET = "activity-reset"
    CLOCK_SET_BACK = "clock-set-back"


def is_hub_starting(signs: Mapping[str, datetime], now: datetime) -> bool:
    """Whether the Hub has begun, and not yet looked at the servers that it had before."""
    opened_at, ready_at = signs.get(HUB_OPENED), signs.get(HUB_READY)
    if opened_at is None or (ready_at is not None and ready_at >= opened_at):
        return False
    return now - opened_at < LONGEST_START


def doubt(signs: Mapping[str, datetime], now: datetime) -> Doubt | None:
    """Why nobody may be taken for idle now; None: who seems idle is.

    ``signs`` are the last signs of life, by process.
    """
    if ahead_of(signs, now):
        return Doubt.CLOCK_SET_BACK
    if is_hub_starting(signs, now):
        return Doubt.HUB_STARTING
    seen_at = signs.get(OBSERVER)
    if seen_at is None or now - seen_at > SILENCE:
        return Doubt.NOBODY_LOOKS
    for sign, why in _SETTLES.items():
        if sign in signs and now - signs[sign] < SETTLING:
            return why
    return None


_SETTLES = {
    HUB_OPENED: Doubt.HUB_NEW,
    OBSERVING: Doubt.OBSERVER_NEW,
    ACTIVITY_RESET: Doubt.ACTIVITY_RESET,
}


_OF_USE = frozenset({Reason.IDLE, Reason.UNUSED})
#: Whoever came while nobody looked, the Hub has told of at the first look: of what was started
#: ahead and never opened, no more is asked.
_DOUBTED = {None: frozenset[Reason](), Doubt.OBSERVER_NEW: frozenset({Reason.IDLE})}


def doubted(signs: Mapping[str, datetime], now: datetime) -> frozenset[Reason]:
    """The reasons for a stop that prove nothing now."""
    return _DOUBTED.get(doubt(signs, now), _OF_USE)


def ahead_of(signs: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Signs from a time that is still to come, by process: the clock was set back since, and nobody
    knows how long ago they were given."""
    return frozenset(process for process, at in signs.items() if at > now + _APART)


def unknown_since(signs: Mapping[str, datetime], now: datetime) -> frozenset[str]:
    """Those of them that are given once: however far the clock was ahead, they count from now on,
    or nobody would be idle until it has caught up."""
    return ahead_of(signs, now) & {HUB_OPENED, HUB_READY, *_SETTLES}


def has_gap(signs: Mapping[str, datetime], now: datetime) -> bool:
    """Whether nobody has looked for so long that the next look begins anew: the observer was
    away, the Hub was, or a clock leapt."""
    seen_at = signs.get(OBSERVER)
    return seen_at is None or OBSERVING not in signs or not -_APART <= now - seen_at <= SILENCE


def shared_activity(activity: Iterable[datetime | None]) -> datetime | None:
    """The second at which more than half of many servers were used last, all of them at once:
    that is when a proxy forgot what it knew, not when people worked. None: there is none."""
    seconds = Counter(at.replace(microsecond=0) for at in activity if at)
    total = seconds.total()
    if total < _MANY:
        return None
    at, count = max(seconds.items(), key=lambda found: (found[1], found[0]))
    return at if 2 * count > total else None
