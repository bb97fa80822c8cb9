"""A drill: servers of people who are registered really start, days before their workshop."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.cli.workshops.drill import lines
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.drill import Drill, DrillRefusal, DrillReport
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.usecases.begin_drill import begin_drill
from catalyst_hub.usecases.prepare_drill import prepare_drill
from catalyst_hub.usecases.prepare_warming import WarmRefusal
from catalyst_hub.usecases.refuse_warming import refuse_warming
from catalyst_hub.usecases.report_drill import report_drill
from tests.usecases.workshops import (
    a_workshop,
    at,
    due,
    enforce,
    prepared,
    register,
    steps,
    use,
    warm,
)
from tests.usecases.world import CORDOBA, NAIROBI, World

MORNING = ("2026-11-24", "09:00", "10:00")


@pytest.fixture(autouse=True)
def _room(world: World) -> None:
    world.policy = replace(world.policy, communities=(replace(NAIROBI, limits=(), budget=None),))


@pytest.fixture
def workshop(world: World) -> Workshop:
    """Four people are registered, in this order."""
    made = a_workshop(world, MORNING, size="large")
    for number, name in enumerate(("bo", "dayo", "efua", "femi")):
        register(world, made, [name], code=f"K7MP4QR{number + 2}")
        world.later(minutes=1)
    return made


def begin(world: World, workshop: Workshop, seats: int = 3) -> Drill | DrillRefusal:
    number = workshop.workshop_id
    return world.do(lambda uow: begin_drill(uow, world.policy, number, seats, "amina", world.now))


def report(world: World, workshop: Workshop, drill: Drill) -> DrillReport:
    found = world.do(lambda uow: report_drill(uow, workshop.workshop_id, drill))
    assert found is not None
    return found


def begun(world: World, workshop: Workshop, seats: int = 3) -> Drill:
    drill = begin(world, workshop, seats)
    assert isinstance(drill, Drill), drill
    return drill


def test_so_many_start_at_once_of_those_who_came_first_and_it_is_told_how_long_it_took(
    world: World, workshop: Workshop
) -> None:
    drill = begun(world, workshop)
    assert due(world) == ["bo", "dayo", "efua"]
    assert prepared(world, workshop, "bo") == {"community": "nairobi", "size": "large"}
    for seconds, name in ((3, "bo"), (9, "dayo")):
        world.reserve(name)
        world.rows("SELECT 1")
        world.stop(name)
        world.later(seconds=seconds)
    assert due(world) == ["efua"]
    warm(world, workshop, "efua")
    found = report(world, workshop, drill)
    assert (found.people, found.missing, found.left_alone) == (3, 0, 2)
    assert found.start_ms == (0,)
    assert found.is_over(world.now)


def test_a_server_in_another_community_is_left_alone_and_not_missed(world: World) -> None:
    world.policy = replace(world.policy, communities=(*world.policy.communities, CORDOBA))
    made = a_workshop(world, MORNING)
    register(world, made, ["lucia"])
    world.start("lucia", community="cordoba")
    drill = begun(world, made, 1)
    assert due(world) == []
    found = report(world, made, drill)
    assert (found.left_alone, found.missing, found.is_over(world.now)) == (1, 0, True)


def test_a_server_that_another_community_warms_was_not_started_by_a_drill(world: World) -> None:
    world.policy = replace(world.policy, communities=(*world.policy.communities, CORDOBA))
    here, there = a_workshop(world, MORNING), a_workshop(world, MORNING, community="cordoba")
    register(world, here, ["lucia"])
    register(world, there, ["lucia"], code="K7MP4QRY")
    drill = begun(world, here, 1)
    begun(world, there, 1)
    warm(world, there, "lucia")
    found = report(world, here, drill)
    assert (found.start_ms, found.left_alone) == ((), 1)


def test_what_nobody_opens_is_given_back_at_once(world: World, workshop: Workshop) -> None:
    begun(world, workshop)
    warm(world, workshop, "bo")
    warm(world, workshop, "dayo")
    world.later(minutes=3)
    use(world, "dayo")
    [notice] = enforce(world).given
    assert notice.reason is Reason.UNUSED
    assert world.session(notice.session_id).key.user_name == "bo"


def test_who_was_refused_is_counted_and_not_asked_again(world: World, workshop: Workshop) -> None:
    drill = begun(world, workshop)
    denied = Denied(Code.QUOTA_AT_ONCE, "nairobi")
    number = workshop.workshop_id
    world.do(lambda uow: refuse_warming(uow, number, "bo", denied, world.now))
    assert due(world) == ["dayo", "efua"]
    found = report(world, workshop, drill)
    assert dict(found.refused) == {"quota-at-once": 1}
    assert (found.missing, found.is_over(world.now)) == (2, False)
    told = lines(found)
    assert told[0] == "3 servers were asked for, 0 of them came up."
    assert told[-1] == "1 were refused: quota-at-once."


def test_after_a_quarter_of_an_hour_it_is_over(world: World, workshop: Workshop) -> None:
    drill = begun(world, workshop)
    assert begin(world, workshop) is DrillRefusal.IS_ON
    world.later(minutes=15)
    assert due(world) == []
    assert prepared(world, workshop, "bo") is WarmRefusal.NOT_NOW
    assert report(world, workshop, drill).is_over(world.now)
    begun(world, workshop, 4)
    assert due(world) == ["bo", "dayo", "efua", "femi"]


def test_there_is_none_while_it_is_on_or_over_or_without_people(
    world: World, workshop: Workshop
) -> None:
    assert begin(world, workshop, 0) is DrillRefusal.NO_SEATS
    assert begin(world, a_workshop(world, MORNING)) is DrillRefusal.NOBODY
    world.now = at("2026-11-24T08:45+03:00")
    assert begin(world, workshop) is DrillRefusal.IS_ON
    world.now = at("2026-11-25T08:45+03:00")
    steps(world)
    assert begin(world, workshop) is DrillRefusal.NO_WORKSHOP


def test_what_comes_later_does_not_change_what_a_drill_has_told(
    world: World, workshop: Workshop
) -> None:
    drill = begun(world, workshop)
    for name in ("bo", "dayo", "efua"):
        warm(world, workshop, name)
    assert report(world, workshop, drill).up == 3
    for name in ("bo", "dayo", "efua"):
        world.stop(name)
    told = report(world, workshop, drill)
    assert (len(told.start_ms), told.up, told.people) == (3, 0, 3)
    world.later(minutes=5)
    world.reserve("bo")
    world.later(minutes=55)
    world.reserve("dayo")
    denied, number = Denied(Code.QUOTA_AT_ONCE, "nairobi"), workshop.workshop_id
    world.do(lambda uow: refuse_warming(uow, number, "efua", denied, world.now))
    register(world, workshop, ["gil"], code="K7MP4QR9")
    assert report(world, workshop, drill) == told


def test_who_is_refused_after_a_drill_was_not_refused_by_it(
    world: World, workshop: Workshop
) -> None:
    drill, number = begun(world, workshop), workshop.workshop_id

    def refuse(name: str, code: Code) -> None:
        denied = Denied(code, "nairobi")
        world.do(lambda uow: refuse_warming(uow, number, name, denied, world.now))

    refuse("bo", Code.QUOTA_AT_ONCE)
    world.later(minutes=20)
    told = report(world, workshop, drill)
    assert (dict(told.refused), told.missing) == ({"quota-at-once": 1}, 2)
    refuse("bo", Code.BUDGET_SPENT)
    refuse("dayo", Code.BUDGET_SPENT)
    assert report(world, workshop, drill) == told


def test_who_registers_after_a_drill_was_not_meant_by_it(world: World, workshop: Workshop) -> None:
    drill = begun(world, workshop, 10)
    world.later(minutes=20)
    register(world, workshop, ["gil"], code="K7MP4QR9")
    assert report(world, workshop, drill).people == 4


def test_a_champion_tries_as_many_as_a_workshop_may_have_and_the_operator_more(
    world: World, workshop: Workshop
) -> None:
    policy, number = world.policy, workshop.workshop_id
    most = NAIROBI.bounds.most_workshop_seats
    assert begin(world, workshop, most + 1) is DrillRefusal.NO_SEATS
    outlook = world.do(lambda uow: prepare_drill(uow, policy, number, world.now))
    assert outlook is not None
    assert (outlook.refusal, outlook.people, outlook.seats) == (None, 4, 4)
    assert (outlook.most_seats, outlook.drills) == (most, ())
    begun_by_operator = world.do(
        lambda uow: begin_drill(uow, policy, number, most + 1, "root", world.now, by_operator=True)
    )
    assert isinstance(begun_by_operator, Drill)
    after = world.do(lambda uow: prepare_drill(uow, policy, number, world.now))
    assert after is not None
    assert (after.refusal, after.drills) == (DrillRefusal.IS_ON, (begun_by_operator,))
