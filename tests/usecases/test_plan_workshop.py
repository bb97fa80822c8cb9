"""The plan of a workshop, before it is made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.collision import CollisionKind
from catalyst_hub.core.culling_rules import Culling
from catalyst_hub.core.forecast import Spread
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.node import NodeKind
from catalyst_hub.core.programme import What
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_plan import Excess, PlanRefusal
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.plan_workshop import Forecast, plan_workshop
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

MONDAY = date(2026, 11, 23)
MEETINGS = (Meeting(MONDAY, "09:00", "12:00"), Meeting(MONDAY, "13:00", "17:00"))
PLAN = Plan(
    "Plants", MONDAY, MONDAY, MEETINGS, seats=30, profile="python", size="small", warm_minutes=0
)
KES = 1_000_000
GIB = 1024**3


def in_nairobi(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC) - timedelta(hours=3)


@pytest.fixture(autouse=True)
def _cluster(world: World) -> None:
    nairobi = replace(NAIROBI, limits=(), culling=Culling(), bounds=Bounds(most_workshop_seats=30))
    world.policy = replace(
        POLICY,
        communities=(nairobi, CORDOBA),
        nodes=(NodeKind("standard", Resources(4000, 28 * GIB), most=10),),
    )
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def looked_at(
    world: World, plan: Plan = PLAN, workshop_id: int | None = None
) -> Forecast | PlanRefusal:
    with world.store.unit_of_work() as uow:
        return plan_workshop(uow, world.policy, "nairobi", plan, world.now, workshop_id)


def forecast(world: World, plan: Plan = PLAN, workshop_id: int | None = None) -> Forecast:
    found = looked_at(world, plan, workshop_id)
    assert isinstance(found, Forecast), found
    return found


def made(world: World, plan: Plan) -> Workshop:
    workshop = world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
    )
    assert isinstance(workshop, Workshop), workshop
    return workshop


def kinds(found: Forecast) -> list[CollisionKind]:
    return [collision.kind for collision in found.collisions]


def test_before_anything_has_ever_happened_it_rests_on_assumptions(world: World) -> None:
    found = forecast(world)
    assert found.seats is not None
    assert (found.seats.people, found.seats.start.starts) == (30, 0)
    # Three a minute, ninety seconds each; four fit on a node of four CPUs.
    assert (found.seats.at_once, found.seats.per_node, found.seats.nodes) == (5, 4, 8)
    assert found.cost is not None
    assert found.cost.rate_micros == 60 * KES
    assert found.cost.habits.workshops == 0
    # Eight hours, lunch included: 18 people for six, 24 for eight, 30 for nine.
    assert found.cost.server_hours == Spread(108, 192, 270)
    assert found.cost.micros == Spread(108 * 60 * KES, 192 * 60 * KES, 270 * 60 * KES)
    assert found.room_micros == 600 * KES
    assert kinds(found) == [CollisionKind.LEFT]
    assert found.beyond == ()
    whats = [event.what for event in found.programme]
    assert (whats[0], whats[-1]) == (What.OPENS, What.REPORTS)


@pytest.mark.parametrize(
    ("limits", "left_on"),
    [
        ({"idle_minutes": 20}, 20),
        ({"grace_minutes": 180}, 180),
        ({"idle_minutes": 10, "grace_minutes": 0}, 10),
        ({"grace_minutes": 180, "max_age_minutes": 120}, 120),
    ],
)
def test_the_high_cost_has_servers_for_as_long_as_its_own_limits_leave_them_unused(
    world: World, limits: dict[str, int], left_on: int
) -> None:
    found = forecast(world, replace(PLAN, **limits))  # type: ignore[arg-type]
    assert found.cost is not None
    assert found.cost.server_hours.high == 30 * (8 * 60 + left_on) // 60


def test_what_is_wrong_with_a_plan_is_told_instead(world: World) -> None:
    assert looked_at(world, replace(PLAN, seats=0)) is PlanRefusal.NO_SEATS
    assert looked_at(world, replace(PLAN, profile="fortran")) is PlanRefusal.NO_PROFILE


def test_it_is_told_when_nobody_can_come_to_the_hours_of_the_first_day_any_more(
    world: World,
) -> None:
    today, next_day = date(2026, 11, 21), date(2026, 11, 22)
    times = Meeting(today, "09:00", "12:00"), Meeting(next_day, "09:00", "12:00")
    plan = replace(PLAN, first_on=today, last_on=next_day, meetings=times)
    world.now = in_nairobi("2026-11-21T11:59")
    assert CollisionKind.PAST not in kinds(forecast(world, plan))
    before = made(world, plan)
    world.now = in_nairobi("2026-11-21T12:00")
    assert CollisionKind.PAST in kinds(forecast(world, plan))
    assert looked_at(world, replace(plan, meetings=times[:1])) is PlanRefusal.HOURS_OVER
    # Of one that goes on it has taken place.
    changed = forecast(world, plan, before.workshop_id)
    assert CollisionKind.PAST not in kinds(changed)


def test_without_a_head_count_nothing_is_estimated(world: World) -> None:
    found = forecast(world, replace(PLAN, seats=None))
    assert (found.seats, found.cost) == (None, None)


def test_what_needs_the_operators_word_is_told(world: World) -> None:
    assert forecast(world, replace(PLAN, seats=31)).beyond == (Excess.SEATS,)


def test_the_past_of_the_community_is_what_it_rests_on(world: World) -> None:
    saturday = date(2026, 11, 21)
    held = Meeting(saturday, "12:00", "16:00")
    past = made(
        world, Plan("Before", saturday, saturday, (held,), seats=4, profile="python", size="small")
    )
    terms = Terms(4, 1, workshop_id=past.workshop_id)
    code = digest("test", "K7MP4QRX")
    world.do(
        lambda uow: create_invitation(uow, world.policy, "nairobi", code, terms, "amina", world.now)
    )
    for name in ("kofi", "lucia"):
        world.do(lambda uow, n=name: redeem_invitation(uow, world.policy, code, n, world.now))
        world.reserve(name)
    world.later(seconds=30)
    for name in ("kofi", "lucia"):
        world.open(name)
    world.later(hours=2)
    for name in ("kofi", "lucia"):
        world.stop(name)
    today = forecast(world).cost
    assert today is not None
    assert today.habits.workshops == 0, "it is not over"
    world.now = in_nairobi("2026-11-22T09:00")
    cost = forecast(world).cost
    assert cost is not None
    # Two of four came, and each had a server for two of four hours.
    assert cost.habits.workshops == 1
    assert (cost.habits.attendance.likely, cost.habits.presence.likely) == (50, 50)
    assert cost.server_hours.likely == 60
    seats = forecast(world).seats
    assert seats is not None
    assert seats.start.starts == 0, "two starts say nothing"


def test_start_times_are_those_of_its_profile_and_of_servers_that_were_seen_to_start(
    world: World,
) -> None:
    for number in range(6):
        name = f"server-{number}"
        world.reserve("kofi", name, community="nairobi", profile="python", size="small")
        world.later(seconds=20)
        world.open("kofi", name)
    seats = forecast(world).seats
    assert seats is not None
    assert (seats.start.starts, seats.start.long_ms) == (6, 20_000)


def test_a_plan_does_not_collide_with_the_workshop_that_it_changes(world: World) -> None:
    before = made(world, replace(PLAN, budget_micros=500 * KES))
    assert CollisionKind.WORKSHOP in kinds(forecast(world))
    found = forecast(world, replace(PLAN, budget_micros=550 * KES), before.workshop_id)
    assert CollisionKind.WORKSHOP not in kinds(found)
    assert CollisionKind.ROOM not in kinds(found)
    assert found.room_micros == 600 * KES
    assert forecast(world).room_micros == 100 * KES


def test_money_that_is_not_there_is_told_before_it_is_refused(world: World) -> None:
    plan = replace(PLAN, budget_micros=601 * KES)
    assert CollisionKind.ROOM in kinds(forecast(world, plan))
    refused = world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
    )
    assert refused is PlanRefusal.TOO_DEAR


def test_a_month_that_has_not_begun_has_its_own_money(world: World) -> None:
    made(world, replace(PLAN, budget_micros=600 * KES))
    december = date(2026, 12, 7)
    later = replace(
        PLAN,
        first_on=december,
        last_on=december,
        meetings=tuple(replace(meeting, day_on=december) for meeting in MEETINGS),
        budget_micros=400 * KES,
    )
    assert forecast(world, later).room_micros == 600 * KES
    made(world, later)
    assert forecast(world, replace(later, title="Another")).room_micros == 200 * KES


def test_nothing_is_written(world: World) -> None:
    lines = world.audited()
    forecast(world)
    assert world.audited() == lines
