"""What a workshop will need and cost, before it is made: estimates, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from catalyst_hub.core.meeting import Span
from catalyst_hub.core.node import NodeKind, requested, roomiest
from catalyst_hub.core.profile import Size
from catalyst_hub.core.resources import HOUR_MS
from catalyst_hub.core.turnout import Turnout
from catalyst_hub.core.window import milliseconds, milliseconds_of
from catalyst_hub.core.workshop import Workshop, spans_in_session
from catalyst_hub.core.workshop_report import nearest_rank

#: Most people of a workshop come within this time around its beginning.
ARRIVE_WITHIN = timedelta(minutes=10)
#: How long a start takes where nobody has measured it yet.
ASSUMED_START = timedelta(seconds=90)
#: Fewer starts say nothing of how long they take.
FEWEST_STARTS = 5
#: Of a workshop without hours: how long its days are.
ASSUMED_DAY = timedelta(hours=8)
#: Fewer past workshops leave the assumptions standing beside them.
TELLING_WORKSHOPS = 3
#: Where servers are never stopped as idle, they are not counted for longer than this after a day.
_LONGEST_IDLE = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Spread:
    """What is to be expected: seldom less than ``low``, seldom more than ``high``."""

    low: int
    likely: int
    high: int


#: How many of those who are expected come, in percent, and for how much of the time each has a
#: server, where no workshop of the community has told.
ASSUMED_ATTENDANCE = Spread(60, 80, 100)
ASSUMED_PRESENCE = Spread(75, 100, 100)


@dataclass(frozen=True, slots=True)
class StartTime:
    """How long a start takes that takes long (of 20, 19 are quicker), in milliseconds, from so many
    ``starts`` that were measured; 0: it is assumed."""

    long_ms: int
    starts: int = 0


def start_time(measured_ms: Iterable[int]) -> StartTime:
    """From what was measured, if that is enough."""
    times = sorted(measured_ms)
    long_ms = nearest_rank(times, 95)
    if long_ms is None or len(times) < FEWEST_STARTS:
        return StartTime(milliseconds_of(ASSUMED_START))
    return StartTime(long_ms, len(times))


@dataclass(frozen=True, slots=True)
class SeatForecast:
    """``people`` seats, of which so many start ``at_once`` if none were warmed: people come at a
    rate, and each start takes its time.

    On a node of this ``kind`` fit ``per_node``, so that it takes so many ``nodes``; None: the
    communities file names no nodes, or none of them holds one.
    """

    people: int
    at_once: int
    start: StartTime
    kind: NodeKind | None = None
    per_node: int = 0
    nodes: int = 0


def seat_forecast(
    people: int, size: Size, start: StartTime, kinds: Iterable[NodeKind]
) -> SeatForecast:
    """Seats and nodes for so many people who start servers of a size."""
    at_once = min(people, ceil(people * start.long_ms / milliseconds_of(ARRIVE_WITHIN)))
    kind = roomiest(kinds, size)
    if kind is None:
        return SeatForecast(people, at_once, start)
    per_node = kind.holds(requested(size))
    nodes = ceil(people / per_node)
    return SeatForecast(people, at_once, start, kind, per_node, nodes)


@dataclass(frozen=True, slots=True)
class Habits:
    """How people come to a community's workshops, in percent, from so many ``workshops`` of the
    past; see :data:`ASSUMED_ATTENDANCE`."""

    attendance: Spread = ASSUMED_ATTENDANCE
    presence: Spread = ASSUMED_PRESENCE
    workshops: int = 0


def habits_of(turnouts: Sequence[Turnout], zone: str) -> Habits:
    """From the community's workshops that told how many people they expected, and had any."""
    attendance, presence = [], []
    for turnout in turnouts:
        if turnout.workshop.seats and turnout.came:
            session_ms = sum(session_times(turnout.workshop, zone))
            attendance.append(100 * turnout.came // turnout.workshop.seats)
            presence.append(100 * turnout.server_ms // max(1, turnout.came * session_ms))
    return Habits(
        _spread(attendance, ASSUMED_ATTENDANCE),
        _spread(presence, ASSUMED_PRESENCE),
        len(attendance),
    )


def _spread(seen: Sequence[int], assumed: Spread) -> Spread:
    """The average and what there was around it; of few, what is assumed stays possible."""
    if not seen:
        return assumed
    wide = () if len(seen) >= TELLING_WORKSHOPS else (assumed.low, assumed.high)
    return Spread(min(*seen, *wide), round(sum(seen) / len(seen)), max(*seen, *wide))


def session_times(workshop: Workshop, zone: str) -> list[int]:
    """For how long it is in session, breaks and kept nights included, in milliseconds: one entry
    for each day, or for days that are one with their nights."""
    if workshop.meetings:
        return [milliseconds(*span) for span in spans_in_session(workshop, zone)]
    days = (workshop.last_on - workshop.first_on).days + 1
    return [milliseconds_of(ASSUMED_DAY)] * days


@dataclass(frozen=True, slots=True)
class CostForecast:
    """What a workshop will cost in micro-units of the community's currency, at ``rate_micros`` for
    each server and hour, and for how many server-hours; ``habits`` is what it rests on."""

    micros: Spread
    server_hours: Spread
    rate_micros: int
    habits: Habits


def cost_forecast(
    people: int,
    rate_micros: int,
    session_ms: Sequence[int],
    ahead: timedelta,
    idle: timedelta | None,
    habits: Habits,
) -> CostForecast:
    """The likely cost has what is warmed ``ahead`` of each day; the high one, besides, servers that
    nobody stops until they have been idle for as long as the policy lets them (None: for ever)."""
    whole = sum(session_ms)
    warmed = milliseconds_of(ahead) * len(session_ms)
    idle = _LONGEST_IDLE if idle is None else min(idle, _LONGEST_IDLE)
    left_on = milliseconds_of(idle) * len(session_ms)
    attendance, presence = habits.attendance, habits.presence
    each = Spread(
        whole * presence.low // 100,
        whole * presence.likely // 100 + warmed,
        whole * presence.high // 100 + warmed + left_on,
    )
    server_ms = Spread(
        people * attendance.low * each.low // 100,
        people * attendance.likely * each.likely // 100,
        people * attendance.high * each.high // 100,
    )
    return CostForecast(
        _each(server_ms, rate_micros, HOUR_MS), _each(server_ms, 1, HOUR_MS), rate_micros, habits
    )


def _each(spread: Spread, times: int, per: int) -> Spread:
    return Spread(*(part * times // per for part in (spread.low, spread.likely, spread.high)))


def overlap(some: Sequence[Span], others: Sequence[Span]) -> bool:
    """Whether two workshops are in session at the same time. The spans of each are in order and
    apart, so one look at each is enough, of however many."""
    at, other = 0, 0
    while at < len(some) and other < len(others):
        (starts_at, ends_at), (other_start, other_end) = some[at], others[other]
        if starts_at < other_end and other_start < ends_at:
            return True
        if ends_at < other_end:
            at += 1
        else:
            other += 1
    return False
