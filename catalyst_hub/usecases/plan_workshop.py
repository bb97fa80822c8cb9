"""What a workshop would need, cost, collide with and do, before it is made. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from catalyst_hub.core.collision import (
    Collision,
    with_clock,
    with_money,
    with_nodes,
    with_quotas,
    with_workshops,
)
from catalyst_hub.core.community import Community
from catalyst_hub.core.culling_rules import culling_during, rules_at
from catalyst_hub.core.during import needed
from catalyst_hub.core.forecast import (
    CostForecast,
    SeatForecast,
    cost_forecast,
    habits_of,
    seat_forecast,
    session_times,
    start_time,
)
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.programme import Event, programme
from catalyst_hub.core.side_by_side import seats_beside
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import warming_ahead
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Workshop, hours_of
from catalyst_hub.core.workshop_budget import room_for
from catalyst_hub.core.workshop_plan import (
    Excess,
    PlanRefusal,
    beyond,
    plan_refusal,
    with_days_of_meetings,
)

#: Earlier workshops say nothing of how people come today.
_PAST = timedelta(days=2 * 366)
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """A plan as it would go.

    ``profile`` and ``size`` are what its people would start. ``seats`` and ``cost`` are None where
    the plan does not say for how many people it is, or there is nothing to start. ``room_micros``
    is how much can be set aside (None: the community has no budget). What it goes ``beyond`` needs
    the operator's word.
    """

    community: Community
    plan: Plan
    profile: Profile | None
    size: Size | None
    seats: SeatForecast | None
    cost: CostForecast | None
    room_micros: int | None
    collisions: tuple[Collision, ...]
    programme: tuple[Event, ...]
    beyond: tuple[Excess, ...]


def plan_workshop(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    plan: Plan,
    now: datetime,
    workshop_id: int | None = None,
) -> Forecast | PlanRefusal:
    """The forecast; or what is wrong with the plan, but for its money, which is told as a
    collision. ``workshop_id`` is the workshop whose plan would be changed. The community is there.
    """
    policy = policy_at(policy, now)
    community, plan = policy.by_slug[slug], with_days_of_meetings(plan)
    refusal = plan_refusal(plan, community, now)
    if refusal is not None:
        return refusal
    return _Planner(uow, policy, community, plan, now, workshop_id or 0).forecast()


class _Planner:
    def __init__(
        self,
        uow: UnitOfWork,
        policy: Policy,
        community: Community,
        plan: Plan,
        now: datetime,
        workshop_id: int,
    ) -> None:
        self._uow = uow
        self._policy = policy
        self._community = community
        self._plan = plan
        self._now = now
        said = {field.name: getattr(plan, field.name) for field in fields(Plan)}
        self._workshop = Workshop(
            workshop_id, community.slug, created_by="", created_at=now, **said
        )
        self._server = needed(community, self._workshop)

    def forecast(self) -> Forecast:
        plan, community = self._plan, self._community
        seats, cost, room = self._seats(), self._cost(), self._room()
        profile, size = self._server or (None, None)
        return Forecast(
            community,
            plan,
            profile,
            size,
            seats,
            cost,
            room,
            tuple(self._collisions(seats, cost, room)),
            programme(self._workshop, community.zone),
            beyond(plan, community.bounds, self._beside()),
        )

    def _seats(self) -> SeatForecast | None:
        if self._server is None or self._plan.seats is None:
            return None
        profile, size = self._server
        measured = self._uow.history.start_times(self._community.slug, profile.slug)
        return seat_forecast(self._plan.seats, size, start_time(measured), self._policy.nodes)

    def _cost(self) -> CostForecast | None:
        if self._server is None or self._plan.seats is None:
            return None
        profile, size = self._server
        community, zone = self._community, self._community.zone
        today = local_day(self._now, zone)
        turnouts = self._uow.history.turnouts(community.slug, today - _PAST, today)
        rules = rules_at(
            culling_during(community.culling, self._workshop.culling),
            profile.slug,
            zone,
            hours_of(self._workshop, zone)[1],
            has_gpu=size.limits.gpu > 0,
            is_of_workshop=True,
        )
        return cost_forecast(
            self._plan.seats,
            size.rate_micros,
            session_times(self._workshop, zone),
            warming_ahead(self._workshop) if self._plan.meetings else timedelta(),
            rules.longest_unused,
            habits_of(turnouts, zone),
        )

    def _beside(self) -> int:
        number = self._workshop.workshop_id
        return seats_beside(self._uow, self._community, self._plan, self._now, number)

    def _room(self) -> int | None:
        first_on, number = self._plan.first_on, self._workshop.workshop_id
        return room_for(self._uow, self._policy, self._community, first_on, self._now, number)

    def _collisions(
        self, seats: SeatForecast | None, cost: CostForecast | None, room: int | None
    ) -> Iterator[Collision]:
        others, zone = self._others(), self._community.zone
        # Of a workshop that there is, what is over has taken place.
        if not self._workshop.workshop_id:
            yield from with_clock(self._workshop, zone, self._now)
        yield from with_workshops(self._workshop, others, zone)
        if seats is not None:
            communities, kinds = self._policy.by_slug, self._policy.nodes
            yield from with_nodes(self._workshop, seats, others, communities, kinds)
        if self._server is not None:
            yield from with_quotas(self._community, self._workshop, *self._server)
        yield from with_money(self._plan.budget_micros, room, cost)

    def _others(self) -> list[Workshop]:
        """Those about the same days; elsewhere the same hours may be those of another day."""
        first_on, last_on = self._plan.first_on - _A_DAY, self._plan.last_on + _A_DAY
        found = self._uow.workshops.open_in(first_on, last_on)
        return [other for other in found if other.workshop_id != self._workshop.workshop_id]
