"""A look at the Hub costs few statements, however many servers run, and says what to trust."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.event import listen

from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.trust import ACTIVITY_RESET, HUB_READY, Doubt, doubt, is_hub_starting
from catalyst_hub.usecases.compare_sessions import compare_sessions
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.observe_sessions import observe_sessions
from tests.usecases.world import PATIENCE, World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    world.sign_in("lucia")


def servers(world: World, count: int) -> list[str]:
    for number in range(count):
        world.start("lucia", f"server-{number}", community="cordoba")
    world.later(minutes=1)
    return [f"server-{number}" for number in range(count)]


def used(world: World, name: str, ago: timedelta = timedelta()) -> ObservedServer:
    return replace(world.ready("lucia", name), activity_at=world.now - ago)


def statements(world: World, work: Callable[[Any], object]) -> list[str]:
    executed: list[str] = []

    def watched(uow: Any) -> None:
        listen(uow._connection, "before_cursor_execute", lambda *args: executed.append(args[2]))
        work(uow)

    world.do(watched)
    return executed


def look(uow: Any, world: World, observation: HubObservation) -> None:
    seen = compare_sessions(uow, observation, PATIENCE).seen
    observe_sessions(uow, observation, seen, world.now)


def observing(world: World, names: list[str]) -> Callable[[Any], object]:
    apart = [used(world, name, timedelta(seconds=7 * n)) for n, name in enumerate(names)]
    observation = world.hub_says(*apart)
    return lambda uow: look(uow, world, observation)


@pytest.mark.parametrize("what", ["observing", "judging"])
def test_hundreds_take_as_many_statements_as_a_few(world: World, what: str) -> None:
    def work(names: list[str]) -> Callable[[Any], object]:
        if what == "observing":
            return observing(world, names)
        return lambda uow: give_notices(uow, world.policy, world.now, is_rehearsal=True)

    few = servers(world, 2)
    statements(world, work(few))
    counted = len(statements(world, work(few)))
    for name in few:
        world.stop("lucia", name)
    many = servers(world, 40)
    statements(world, work(many))
    assert len(statements(world, work(many))) <= counted


def test_what_is_known_of_activity_is_not_written_again(world: World) -> None:
    names = servers(world, 3)
    # The Hub tells microseconds, the store keeps milliseconds.
    server = replace(used(world, names[0]), activity_at=world.now - timedelta(microseconds=4321))
    for written in (1, 0):
        world.later(seconds=30)
        observation = world.hub_says(server)
        executed = statements(world, lambda uow: look(uow, world, observation))  # noqa: B023
        assert sum("SET activity_at" in statement for statement in executed) == written


def test_a_proxy_that_was_reset_is_noted_and_nobody_is_idle_for_a_while(world: World) -> None:
    names = servers(world, 6)
    for _ in range(12):
        world.later(minutes=1)
        world.do(observing(world, names))
    signs = world.do(lambda uow: uow.heartbeats.all())
    assert doubt(signs, world.now) is None
    at_once = world.hub_says(*(used(world, name) for name in names))
    world.observe(at_once)
    signs = world.do(lambda uow: uow.heartbeats.all())
    assert signs[ACTIVITY_RESET] == world.now.replace(microsecond=0)
    assert doubt(signs, world.now) is Doubt.ACTIVITY_RESET


def test_after_an_absence_the_observer_begins_anew(world: World) -> None:
    names = servers(world, 1)
    for _ in range(12):
        world.later(minutes=1)
        world.do(observing(world, names))
    world.later(minutes=4)
    world.do(observing(world, names))
    signs = world.do(lambda uow: uow.heartbeats.all())
    assert doubt(signs, world.now) is Doubt.OBSERVER_NEW


def test_a_hub_that_began_while_the_clock_was_far_ahead_is_believed_soon_after(
    world: World,
) -> None:
    """Not only when the clock has caught up with what was noted then."""
    names = servers(world, 6)
    world.do(observing(world, names))
    right, ahead = world.now, world.later(days=300)
    world.do(lambda uow: uow.heartbeats.beat(HUB_OPENED, ahead))
    world.do(lambda uow: uow.heartbeats.beat(HUB_READY, ahead + timedelta(minutes=1)))
    at_once = [replace(used(world, name), activity_at=ahead) for name in names]
    world.observe(world.hub_says(*at_once))
    world.now = right
    # What the Hub heard of meanwhile, it goes on saying.
    for minutes in range(1, 13):
        world.later(minutes=1)
        world.observe(world.hub_says(*at_once))
        signs = world.do(lambda uow: uow.heartbeats.all())
        assert (doubt(signs, world.now) is None) == (minutes > 10), minutes
        assert not is_hub_starting(signs, world.now)
