"""What a planned workshop would collide with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.during import needed
from catalyst_hub.core.forecast import CostForecast, SeatForecast, overlap
from catalyst_hub.core.node import NodeKind, requested, roomiest
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import AT_ONCE, Usage, usage_after
from catalyst_hub.core.window import Window, local_day, milliseconds
from catalyst_hub.core.workshop import Workshop, spans_in_session


class CollisionKind(StrEnum):
    """``workshop``: another one of the community at the same hours. ``quota``: a limit that is
    smaller than what all its people, or each of them, need. ``nodes``: more nodes than there can
    be, with all workshops at the same hours; ``no-node``: none holds a server of this size.
    ``room``: more money is to be set aside than there is; ``left``: without anything set aside, it
    will probably cost more than is left; ``budget``: more than is set aside. ``past``: the hours of
    its first day are over already.
    """

    WORKSHOP = "workshop"
    QUOTA = "quota"
    NODES = "nodes"
    NO_NODE = "no-node"
    ROOM = "room"
    LEFT = "left"
    BUDGET = "budget"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Collision:
    """One of it: what is ``needed``, and what is ``there``, of nodes or seats as numbers, of a
    ``limit`` in its canonical unit, of money in micro-units."""

    kind: CollisionKind
    needed: int = 0
    there: int = 0
    workshop: Workshop | None = None
    limit: Limit | None = None
    node: NodeKind | None = None


def with_clock(planned: Workshop, zone: str, now: datetime) -> Iterator[Collision]:
    """The hours of its first day, if nobody can come to them any more."""
    first = [meeting for meeting in planned.meetings if meeting.day_on == planned.first_on]
    if first and all(meeting.span(zone)[1] <= now for meeting in first):
        yield Collision(CollisionKind.PAST, workshop=planned)


def with_workshops(planned: Workshop, others: Iterable[Workshop], zone: str) -> Iterator[Collision]:
    """Other workshops of the community that are in session at the same time."""
    spans = spans_in_session(planned, zone)
    for other in others:
        if other.community == planned.community and overlap(spans, spans_in_session(other, zone)):
            yield Collision(CollisionKind.WORKSHOP, workshop=other)


def with_nodes(
    planned: Workshop,
    seats: SeatForecast,
    others: Iterable[Workshop],
    communities: Mapping[str, Community],
    kinds: Sequence[NodeKind],
) -> Iterator[Collision]:
    """Nodes of the kind that it needs, beside those that others need at the same hours: all
    communities share the cluster."""
    kind = seats.kind
    if kind is None:
        if kinds:
            yield Collision(CollisionKind.NO_NODE, needed=seats.people)
        return
    if kind.most is None:
        return
    spans = spans_in_session(planned, communities[planned.community].zone)
    taken = seats.nodes + sum(
        _nodes_of(other, communities[other.community], kind, kinds)
        for other in others
        if other.community in communities
        and overlap(spans, spans_in_session(other, communities[other.community].zone))
    )
    if taken > kind.most:
        yield Collision(CollisionKind.NODES, needed=taken, there=kind.most, node=kind)


def _nodes_of(
    workshop: Workshop, community: Community, kind: NodeKind, kinds: Sequence[NodeKind]
) -> int:
    """How many of this kind a workshop needs, rounded up."""
    server = needed(community, workshop)
    if server is None or not workshop.seats or roomiest(kinds, server[1]) != kind:
        return 0
    return -(-workshop.seats // kind.holds(requested(server[1])))


def with_quotas(
    community: Community, planned: Workshop, profile: Profile, size: Size
) -> Iterator[Collision]:
    """Limits that stop its people even if nobody else used anything.

    What a person, or the community, may have at once is no obstacle: while a workshop takes place,
    there is room for one server for each of its people.
    """
    hours = _hours_by_day(planned, community.zone)
    for limit in community.limits:
        if limit.profile not in (None, profile.slug):
            continue
        people = 1 if limit.scope is LimitScope.PERSON else planned.seats or 1
        if limit.unit in AT_ONCE:
            is_shared_room = limit.scope is LimitScope.WORKSHOP
            wanted = people * size.limits.at_once(limit.unit) if is_shared_room else 0
        else:
            wanted = people * _most_in(limit, hours, size)
        if wanted > limit.amount:
            yield Collision(CollisionKind.QUOTA, needed=wanted, there=limit.amount, limit=limit)


def _hours_by_day(planned: Workshop, zone: str) -> Mapping[date, int]:
    """In milliseconds, by the day on which a span begins; nothing of a workshop without hours."""
    hours: dict[date, int] = {}
    for starts_at, ends_at in spans_in_session(planned, zone) if planned.meetings else ():
        day = local_day(starts_at, zone)
        hours[day] = hours.get(day, 0) + milliseconds(starts_at, ends_at)
    return hours


def _most_in(limit: Limit, hours: Mapping[date, int], size: Size) -> int:
    """The most that one server uses in any of the limit's windows."""
    by_window: dict[object, int] = defaultdict(int)
    if limit.window is Window.ROLLING:
        for last in hours:
            within = (ms for day, ms in hours.items() if 0 <= (last - day).days < limit.days)
            by_window[last] = sum(within)
    else:
        for day, elapsed_ms in hours.items():
            by_window[_window_of(limit.window, day)] += elapsed_ms
    longest = max(by_window.values(), default=0)
    return _used(size, longest).over_time(limit.unit)


def _window_of(window: Window, day: date) -> object:
    """What days have in common that count together."""
    match window:
        case Window.DAY:
            return day
        case Window.WEEK:
            return day.isocalendar()[:2]
        case Window.MONTH:
            return day.year, day.month
    return None


def _used(size: Size, elapsed_ms: int) -> Usage:
    return usage_after(size.limits, size.rate_micros, elapsed_ms)


def with_money(
    budget_micros: int | None, room: int | None, cost: CostForecast | None
) -> Iterator[Collision]:
    """``room`` is what there is to set aside; None: there is no end of it."""
    likely = cost.micros.likely if cost else 0
    if budget_micros is not None and room is not None and budget_micros > room:
        yield Collision(CollisionKind.ROOM, needed=budget_micros, there=room)
    if budget_micros is None and room is not None and likely > room:
        yield Collision(CollisionKind.LEFT, needed=likely, there=room)
    if budget_micros is not None and likely > budget_micros:
        yield Collision(CollisionKind.BUDGET, needed=likely, there=budget_micros)
