"""What is set aside of a budget for a workshop is there for its people, and for nobody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.standing import Standing, standing, standings
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.store import SqlUnitOfWork
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from catalyst_hub.usecases.show_budget import show_budget
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, PREPAID, World

TODAY = date(2026, 11, 21)
KES = 1_000_000
DAY = timedelta(days=1)
PLAN = Plan(
    "Plants",
    TODAY,
    TODAY + DAY,
    tuple(Meeting(TODAY + n * DAY, "12:00", "18:00") for n in range(2)),
    seats=2,
    budget_micros=400 * KES,
)


@pytest.fixture(autouse=True)
def _community(world: World) -> None:
    nairobi = replace(NAIROBI, limits=())
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def made(world: World, plan: Plan = PLAN) -> Workshop | PlanRefusal:
    return world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
    )


def workshop_of(world: World, *people: str, plan: Plan = PLAN) -> Workshop:
    workshop = made(world, plan)
    assert isinstance(workshop, Workshop), workshop
    number = workshop.workshop_id
    for name in people:
        world.do(
            lambda uow, name=name: uow.workshops.appoint(
                number, uow.people.by_name(name).person_id, "amina", world.now
            )
        )
    return workshop


def budget(world: World, name: str = "") -> Allowance:
    """The community's, as somebody sees it."""
    community = world.policy.by_slug["nairobi"]

    def look(uow: SqlUnitOfWork) -> Standing:
        person_id = uow.people.by_name(name).person_id if name else None
        return standing(uow, world.policy, community, person_id, world.now)

    found = world.do(look).budget
    assert found is not None
    return found


def limits(world: World, *names: str) -> dict[str, int]:
    return {name: budget(world, name).limit // KES for name in names}


def test_others_find_it_gone_and_its_people_find_it_there(world: World) -> None:
    workshop_of(world, "kofi")
    assert limits(world, "kofi", "lucia") == {"kofi": 600, "lucia": 200}
    assert budget(world).limit == 200 * KES
    world.reserve("lucia")
    world.open("lucia")
    world.later(hours=3, minutes=20)
    # Everything that is left for others is spent; for those of the workshop it is not.
    assert budget(world, "lucia").left == 0
    assert budget(world, "kofi").left > 390 * KES - 20 * KES


def test_what_its_people_spend_is_spent_of_it(world: World) -> None:
    workshop_of(world, "kofi")
    world.reserve("kofi")
    world.open("kofi")
    world.later(hours=2)
    before = budget(world, "lucia")
    assert (before.used, before.left) == (120 * KES, 200 * KES)
    world.stop("kofi")
    after = budget(world, "lucia")
    assert (after.used, after.left) == (120 * KES, 200 * KES)


def test_the_enforcer_sees_the_same_as_those_who_start(world: World) -> None:
    workshop_of(world, "kofi")
    for name in ("kofi", "lucia"):
        world.reserve(name)
        world.open(name)
    world.later(hours=1)
    community = world.policy.by_slug["nairobi"]
    found = world.do(lambda uow: standings(uow, world.policy, community, world.now))
    seen = sorted(each.budget.limit for each in found.values() if each.budget)
    assert seen == sorted(budget(world, name).limit for name in ("kofi", "lucia"))


def test_it_comes_back_when_the_workshop_is_called_off_or_over(world: World) -> None:
    workshop = workshop_of(world)
    assert budget(world).limit == 200 * KES
    world.now += 2 * DAY
    assert budget(world).limit == 600 * KES
    world.now -= 2 * DAY
    world.do(lambda uow: cancel_workshop(uow, "nairobi", workshop.workshop_id, "amina", world.now))
    assert budget(world).limit == 600 * KES


def test_what_waits_for_an_answer_has_nothing_set_aside(world: World) -> None:
    large = replace(PLAN, seats=101)
    asked = world.do(
        lambda uow: schedule_workshop(
            uow, world.policy, "nairobi", large, "amina", world.now, reason="why"
        )
    )
    assert isinstance(asked, Workshop)
    assert budget(world).limit == 600 * KES


def test_no_more_is_set_aside_than_there_is(world: World) -> None:
    workshop_of(world)
    second = replace(PLAN, title="Animals", budget_micros=200 * KES)
    assert made(world, replace(second, budget_micros=200 * KES + 1)) is PlanRefusal.TOO_DEAR
    assert isinstance(made(world, second), Workshop)
    assert budget(world).limit == 0
    assert made(world, replace(second, title="Trees", budget_micros=1)) is PlanRefusal.TOO_DEAR


def test_a_workshop_grows_by_what_is_left(world: World) -> None:
    workshop = workshop_of(world, "kofi")
    world.reserve("kofi")
    world.open("kofi")
    world.later(hours=1)
    world.stop("kofi")

    def change(micros: int) -> Workshop | PlanRefusal:
        plan = replace(PLAN, budget_micros=micros)
        number = workshop.workshop_id
        return world.do(
            lambda uow: change_workshop(
                uow, world.policy, "nairobi", number, plan, "amina", world.now
            )
        )

    assert change(600 * KES + 1) is PlanRefusal.TOO_DEAR
    assert isinstance(change(600 * KES), Workshop)
    assert budget(world, "lucia").left == 0


def test_next_months_workshop_leaves_this_month_alone(world: World) -> None:
    december = date(2026, 12, 7)
    workshop_of(world, plan=replace(PLAN, first_on=december, last_on=december, meetings=()))
    assert budget(world).limit == 600 * KES
    world.now = datetime(2026, 12, 1, 9, tzinfo=UTC)
    assert budget(world).limit == 200 * KES


def test_prepaid_credit_is_set_aside_however_far_away_the_workshop_is(world: World) -> None:
    nairobi = replace(world.policy.by_slug["nairobi"], budget=PREPAID)
    world.policy = replace(world.policy, communities=(nairobi, CORDOBA))
    next_year = PLAN.first_on + 365 * DAY
    plan = replace(PLAN, first_on=next_year, last_on=next_year, meetings=())
    assert made(world, plan) is PlanRefusal.TOO_DEAR
    paid = TopUp(0, "nairobi", 500 * KES, "KES", "a grant", "root", world.now)
    world.do(lambda uow: uow.budgets.top_up(paid))
    assert isinstance(made(world, plan), Workshop)
    assert budget(world).limit == 100 * KES


def test_the_page_of_the_budget_tells_what_is_set_aside(world: World) -> None:
    workshop_of(world)
    with world.store.unit_of_work() as uow:
        view = show_budget(uow, world.policy, "nairobi", world.now)
    assert view is not None
    assert view.standing.set_aside == 400 * KES
    assert view.allowance.window is Window.MONTH
    assert view.allowance.scope is LimitScope.COMMUNITY
