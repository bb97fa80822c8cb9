"""A community's money: what may start, what was paid in, who is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.budget import Budget, Step, Steps, TopUp
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.enforcement import ENFORCER, HUB_OPENED, Enforcement
from catalyst_hub.core.session import Session
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.usecases.note_budget_steps import note_budget_steps
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from catalyst_hub.usecases.show_budget import show_budget
from tests.usecases.world import NAIROBI, PREPAID, World

A_SHILLING = 1_000_000
#: What an hour of each size costs.
SMALL, LARGE = 60 * A_SHILLING, 240 * A_SHILLING


@pytest.fixture
def rich(world: World) -> Callable[[Budget], World]:
    """A world in which nothing but this budget limits Nairobi."""

    def with_budget(budget: Budget) -> World:
        nairobi = replace(NAIROBI, limits=(), budget=budget)
        world.policy = replace(world.policy, communities=(nairobi,))
        for name in ("kofi", "lucia", "amina", "root"):
            world.sign_in(name)
        return world

    return with_budget


def spend(world: World, hours: float, size: str = "small") -> None:
    """Run a server of lucia's for so long, whatever the steps say."""
    policy = world.policy
    boundless = replace(NAIROBI, limits=(), budget=None)
    world.policy = replace(policy, communities=(boundless,))
    world.start("lucia", "earlier", size=size)
    world.later(hours=hours)
    world.stop("lucia", "earlier")
    world.policy = policy


def pay_in(world: World, shillings: int) -> None:
    top_up = TopUp(0, "nairobi", shillings * A_SHILLING, "KES", "the grant", "root", world.now)
    world.do(lambda uow: uow.budgets.top_up(top_up))


def stands(world: World) -> Standing:
    (community,) = world.policy.communities
    return world.do(lambda uow: standing(uow, world.policy, community, None, world.now))


def code_of(answer: Session | Denied) -> Code | None:
    return answer.code if isinstance(answer, Denied) else None


def test_sizes_above_the_usual_one_are_hidden_from_four_fifths_on(rich) -> None:
    world = rich(Budget(600 * A_SHILLING))
    spend(world, 8)
    assert code_of(world.admit("kofi", size="large")) is Code.BUDGET_SIZES
    assert code_of(world.admit("kofi", size="small")) is None


def test_what_is_held_for_those_who_start_counts_towards_a_step(rich) -> None:
    world = rich(Budget(100 * A_SHILLING))
    # A quarter of an hour of each is set aside: 15 of the small ones', 60 of the large ones'.
    world.reserve("lucia", size="small")
    assert stands(world).step is None
    world.reserve("kofi", size="large")
    assert stands(world).step is Step.TELL
    assert code_of(world.admit("amina", size="large")) is Code.BUDGET_SPENT


def test_nothing_that_costs_starts_from_nineteen_twentieths_on(rich) -> None:
    world = rich(Budget(600 * A_SHILLING))
    spend(world, 9.5)
    answer = world.admit("kofi", size="small")
    assert code_of(answer) is Code.BUDGET_CLOSED
    assert isinstance(answer, Denied)
    assert answer.allowance is not None
    assert answer.allowance.left == 30 * A_SHILLING


def teach(world: World, name: str, last_on: date, **needs: str) -> None:
    """She takes part in a workshop that takes place up to this day."""
    plan = replace(Plan("Genomes", world.now.date(), last_on), **needs)

    def begin(uow: UnitOfWork) -> None:
        made = schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
        assert isinstance(made, Workshop)
        person = uow.people.by_name(name)
        assert person is not None
        uow.workshops.appoint(made.workshop_id, person.person_id, "amina", world.now)

    world.do(begin)


def test_the_last_twentieth_is_for_workshops(rich) -> None:
    world = rich(Budget(600 * A_SHILLING))
    spend(world, 9.5)
    teach(world, "kofi", world.now.date())
    assert code_of(world.admit("amina")) is Code.BUDGET_CLOSED
    assert code_of(world.admit("kofi")) is None


def test_sizes_are_put_aside_in_workshops_too(rich) -> None:
    world = rich(Budget(6000 * A_SHILLING))
    spend(world, 96)
    teach(world, "kofi", world.now.date())
    assert code_of(world.admit("kofi", size="large")) is Code.BUDGET_SIZES


def test_the_size_that_a_workshop_was_planned_with_is_not_put_aside_for_its_people(rich) -> None:
    world = rich(Budget(6000 * A_SHILLING))
    spend(world, 81)
    teach(world, "kofi", world.now.date(), profile="python", size="large")
    assert code_of(world.admit("amina", size="large")) is Code.BUDGET_SIZES
    assert code_of(world.admit("kofi", size="large")) is None


def test_what_is_spent_is_spent_for_workshops_too(rich) -> None:
    world = rich(Budget(600 * A_SHILLING))
    spend(world, 10)
    teach(world, "kofi", world.now.date())
    assert code_of(world.admit("kofi", size="small")) is Code.BUDGET_SPENT


def test_a_start_that_does_not_fit_is_refused_whatever_the_steps(rich) -> None:
    nothing = Steps(None, None, None, None)
    world = rich(Budget(600 * A_SHILLING, steps=nothing))
    spend(world, 9.5)
    assert code_of(world.admit("kofi", size="large")) is Code.BUDGET_SPENT
    assert code_of(world.admit("kofi", size="small")) is None


def test_a_drain_that_begins_early_lets_nothing_in(rich) -> None:
    world = rich(Budget(600 * A_SHILLING, steps=Steps(drain=95)))
    spend(world, 9.5)
    assert stands(world).step is Step.DRAIN
    assert code_of(world.admit("kofi", size="small")) is Code.BUDGET_SPENT


def test_credit_is_what_was_paid_in_less_what_was_spent(rich) -> None:
    world = rich(PREPAID)
    assert code_of(world.admit("kofi")) is Code.BUDGET_SPENT
    pay_in(world, 100)
    spend(world, 1)
    world.later(days=50)
    pay_in(world, 20)
    current = stands(world)
    assert current.budget is not None
    assert (current.budget.limit, current.budget.used) == (60 * A_SHILLING, 0)
    assert current.budget.resets_at is None
    assert code_of(world.admit("kofi")) is None


def test_what_was_spent_before_anything_was_paid_in_is_not_owed(rich) -> None:
    world = rich(PREPAID)
    spend(world, 5)
    world.later(days=2)
    pay_in(world, 100)
    current = stands(world)
    assert current.budget is not None
    assert current.budget.left == 100 * A_SHILLING


def test_a_server_that_runs_while_credit_is_paid_in_is_paid_for_once(rich) -> None:
    world = rich(PREPAID)
    pay_in(world, 10_000)
    world.start("kofi")
    world.later(days=3)
    pay_in(world, 1_000)
    before = stands(world).budget
    world.stop("kofi")
    after = stands(world).budget
    assert before is not None
    assert after is not None
    spent = 72 * SMALL
    assert before.limit - before.used == after.limit - after.used == 11_000 * A_SHILLING - spent


def test_just_after_a_payment_the_page_says_how_long_what_runs_can_go_on(rich) -> None:
    world = rich(PREPAID)
    pay_in(world, 600)
    world.start("kofi")
    world.later(minutes=2)
    view = world.do(lambda uow: show_budget(uow, world.policy, "nairobi", world.now))
    assert view is not None
    assert view.pace.by_running
    assert view.pace.empty_at == world.now + timedelta(hours=10, minutes=-2)


def test_what_a_month_leaves_over_is_there_in_the_next_and_not_in_the_one_after(rich) -> None:
    world = rich(Budget(600 * A_SHILLING, carries_over=True))
    spend(world, 4)
    assert stands(world).budget.limit == 600 * A_SHILLING
    world.later(days=20)
    assert stands(world).budget.limit == (600 + 360) * A_SHILLING
    world.later(days=31)
    assert stands(world).budget.limit == (600 + 600) * A_SHILLING


def test_the_days_of_a_budget_are_known(rich) -> None:
    world = rich(Budget(600 * A_SHILLING))
    frame = stands(world).frame
    assert frame is not None
    assert frame.current.first_on == date(2026, 11, 1)


# --- nobody enforces ---


@pytest.fixture
def strict(rich) -> World:
    world = rich(Budget(600 * A_SHILLING))
    world.policy = replace(world.policy, enforcement=Enforcement())
    return world


def test_nothing_that_costs_starts_while_nobody_enforces(strict: World) -> None:
    assert code_of(strict.admit("kofi")) is Code.NOT_ENFORCED
    strict.do(lambda uow: uow.heartbeats.beat(ENFORCER, strict.now))
    strict.later(minutes=3)
    assert code_of(strict.admit("kofi")) is None
    strict.stop("kofi")
    strict.later(seconds=1)
    assert code_of(strict.admit("kofi")) is Code.NOT_ENFORCED


def test_a_hub_that_has_just_begun_has_three_rounds_of_grace(strict: World) -> None:
    strict.do(lambda uow: uow.heartbeats.beat(HUB_OPENED, strict.now))
    strict.later(minutes=2)
    assert code_of(strict.admit("kofi")) is None
    strict.stop("kofi")
    strict.later(minutes=2)
    assert code_of(strict.admit("kofi")) is Code.NOT_ENFORCED


def test_what_costs_nothing_needs_nobody_who_enforces(strict: World) -> None:
    (nairobi,) = strict.policy.communities
    free = replace(nairobi, limits=(), budget=None)
    strict.policy = replace(strict.policy, communities=(free,))
    assert code_of(strict.admit("kofi")) is None


def test_the_operator_may_start_without_anybody_who_enforces(strict: World) -> None:
    lax = Enforcement(admits_without=True)
    strict.policy = replace(strict.policy, enforcement=lax)
    assert code_of(strict.admit("kofi")) is None


def test_a_clock_that_was_set_back_refuses_nobody(strict: World) -> None:
    strict.do(lambda uow: uow.heartbeats.beat(ENFORCER, strict.now))
    strict.now -= timedelta(hours=1)
    assert code_of(strict.admit("kofi")) is None


# --- who is told ---


def noted(world: World, **how: bool) -> list[Step]:
    found = world.do(lambda uow: note_budget_steps(uow, world.policy, world.now, **how))
    return [each.step for each in found]


def mails(world: World) -> list[tuple[str, str]]:
    rows = world.rows(
        "SELECT people.name, mails.facts FROM mails"
        " JOIN people USING (person_id) WHERE kind = 'budget-step' ORDER BY mail_id"
    )
    return [(name, json.loads(facts)["step"]) for name, facts in rows]


@pytest.fixture
def told(rich) -> World:
    world = rich(Budget(600 * A_SHILLING))
    for name in ("amina", "root", "kofi"):
        world.sign_in(name, email=f"{name}@example.org", is_email_verified=True)
    return world


def test_champions_and_operators_are_told_of_a_step_once(told: World) -> None:
    spend(told, 5)
    assert noted(told, is_rehearsal=True) == [Step.TELL]
    assert noted(told) == [Step.TELL]
    assert noted(told) == noted(told, is_rehearsal=True) == []
    assert sorted(mails(told)) == [("amina", "tell"), ("root", "tell")]
    assert told.audited().count("budget:step-reached") == 1


def test_what_is_told_of_a_step_has_the_pace(told: World) -> None:
    told.now = datetime(2026, 12, 2, 6, tzinfo=UTC)
    spend(told, 5)
    noted(told)
    mailed = told.rows("SELECT facts FROM mails WHERE kind = 'budget-step'")
    facts = [json.loads(text) for (text,) in mailed]
    said = [(each["gone_percent"], each["empty_at"]) for each in facts]
    view = told.do(lambda uow: show_budget(uow, told.policy, "nairobi", told.now))
    assert view is not None
    assert view.pace.empty_at is not None
    # Champions are told what the page says.
    assert set(said) == {(view.pace.gone_percent, view.pace.empty_at.isoformat())}


def test_of_several_steps_at_once_only_the_last_is_told(told: World) -> None:
    spend(told, 9.6)
    assert noted(told) == [Step.TELL, Step.HIDE_SIZES, Step.CLOSE]
    assert {step for _, step in mails(told)} == {"close"}


def test_each_window_is_told_of_anew(told: World) -> None:
    spend(told, 5)
    noted(told)
    told.now = datetime(2026, 12, 2, 6, tzinfo=UTC)
    assert noted(told) == []
    spend(told, 5)
    assert noted(told) == [Step.TELL]


def test_paying_in_lets_credit_be_told_of_anew(rich) -> None:
    world = rich(PREPAID)
    pay_in(world, 100)
    spend(world, 1)
    assert noted(world) == [Step.TELL]
    world.later(days=1)
    pay_in(world, 100)
    assert noted(world) == []
    spend(world, 2)
    assert noted(world) == [Step.TELL, Step.HIDE_SIZES]


def test_where_nothing_is_limited_nobody_is_told(world: World) -> None:
    world.policy = replace(world.policy, communities=(replace(NAIROBI, budget=None),))
    assert noted(world) == []
