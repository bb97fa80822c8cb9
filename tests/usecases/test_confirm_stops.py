"""The last look before a server is stopped: what has happened since it was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.culling_rules import Culling
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.notice import Notice, Reason
from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.session import Session
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.usecases.remove_member import remove_member
from tests.usecases.world import CORDOBA, NAIROBI, World

IDLE = timedelta(hours=2)


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    """Where a server is idle after an hour."""
    culled = (replace(community, culling=Culling()) for community in (NAIROBI, CORDOBA))
    world.policy = replace(world.policy, communities=tuple(culled))
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def told(world: World, session: Session, reason: Reason = Reason.IDLE) -> Session:
    """Its notice is over now."""
    notice = Notice(session.session_id, reason, world.now - timedelta(minutes=30), world.now)
    world.do(lambda uow: uow.notices.give(notice))
    return session


def idle(world: World, name: str = "kofi") -> Session:
    """Started two hours ago, not used since, watched all the time, and told."""
    return left(world, world.start(name))


def left(world: World, session: Session, reason: Reason = Reason.IDLE) -> Session:
    """For two hours."""
    name = session.key.user_name
    for _ in range(int(IDLE / timedelta(minutes=2))):
        world.later(minutes=2)
        world.observe(world.hub_says(unused(world, name, since=session.running_at)))
    return told(world, session, reason)


def unused(world: World, name: str, since=None, ago: timedelta = IDLE) -> ObservedServer:
    return replace(world.ready(name, since=since), activity_at=world.now - ago)


def says(world: World, *servers: ObservedServer) -> HubObservation:
    return world.hub_says(*servers)


def test_a_server_that_is_still_idle_is_stopped(world: World) -> None:
    session = idle(world)
    stops = world.confirm(session, says=says(world, unused(world, "kofi")))
    assert stops == {session.session_id}
    assert world.audited()[-1] == "server:stop-asked"


def test_a_stop_that_fails_is_tried_again_and_told_once(world: World) -> None:
    session = idle(world)
    for _ in range(3):
        observation = says(world, unused(world, "kofi"))
        assert world.confirm(session, says=observation) == {session.session_id}
        world.later(seconds=15)
        world.observe(says(world, unused(world, "kofi", since=session.running_at)))
    assert world.audited().count("server:stop-asked") == 1
    # What is decided anew is told anew.
    assert world.confirm(session) == set()
    left(world, session)
    world.confirm(session, says=says(world, unused(world, "kofi")))
    assert world.audited().count("server:stop-asked") == 2


def test_whoever_has_used_it_since_is_spared_and_the_notice_withdrawn(world: World) -> None:
    session = idle(world)
    assert world.confirm(session) == set()
    assert world.do(lambda uow: uow.notices.of_live()) == {}
    assert world.audited()[-1] == "notice:withdrawn"


def test_whoever_has_used_it_a_little_since_keeps_it_for_as_long_as_that_gives(
    world: World,
) -> None:
    session = idle(world)
    observation = says(world, unused(world, "kofi", ago=timedelta(minutes=45)))
    assert world.confirm(session, says=observation) == set()
    assert session.session_id in world.do(lambda uow: uow.notices.of_live())


def test_nobody_is_stopped_as_idle_while_nobody_looks(world: World) -> None:
    session = idle(world)
    world.later(minutes=4)
    assert world.confirm(session, says=says(world, unused(world, "kofi"))) == set()
    assert session.session_id in world.do(lambda uow: uow.notices.of_live()), "it waits"


def test_nobody_is_stopped_as_idle_soon_after_the_hub_has_begun(world: World) -> None:
    session = idle(world)
    world.do(lambda uow: uow.heartbeats.beat(HUB_OPENED, world.now))
    world.do(lambda uow: uow.heartbeats.beat(HUB_READY, world.now))
    assert world.confirm(session, says=says(world, unused(world, "kofi"))) == set()


def test_nobody_is_stopped_as_idle_in_doubt_because_she_was_told_of_something_else(
    world: World,
) -> None:
    """Of a limit, say, that has been raised since."""
    session = world.start("kofi")
    left(world, session, Reason.OVER_AGE)
    for sign in (HUB_OPENED, HUB_READY):
        world.do(lambda uow, sign=sign: uow.heartbeats.beat(sign, world.now))
    assert world.confirm(session, says=says(world, unused(world, "kofi"))) == set()
    assert session.session_id in world.do(lambda uow: uow.notices.of_live()), "it waits"


def test_who_was_removed_is_stopped_all_the_same_once_the_hub_is_through(world: World) -> None:
    session = world.start("kofi")
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", "kofi", "amina", world.now))
    told(world, session, Reason.REMOVED)
    world.later(days=1)
    world.do(lambda uow: uow.heartbeats.beat(HUB_OPENED, world.now))
    assert world.confirm(session) == set(), "the Hub is starting"
    world.do(lambda uow: uow.heartbeats.beat(HUB_READY, world.now))
    assert world.confirm(session) == {session.session_id}


@pytest.mark.parametrize(
    ("is_ready", "is_pending"),
    [(False, True), (True, True), (False, False)],
    ids=["starting", "stopping", "not yet looked at"],
)
def test_what_is_starting_stopping_or_not_yet_looked_at_is_left_alone(
    world: World, is_ready: bool, is_pending: bool
) -> None:
    session, still = idle(world), unused(world, "kofi")
    other = replace(still, is_ready=is_ready, is_pending=is_pending)
    assert world.confirm(session, says=says(world, other)) == set()
    assert world.confirm(session, says=says(world)) == set(), "nor what is not there"
    assert world.confirm(session, says=says(world, still)) == {session.session_id}


@pytest.mark.parametrize("minutes", [-2, 2], ids=["newer than now", "old"])
def test_what_was_heard_too_long_ago_stops_nothing(world: World, minutes: int) -> None:
    session = idle(world)
    observation = says(world, unused(world, "kofi"))
    old = replace(observation, taken_at=world.now - timedelta(minutes=minutes))
    assert world.confirm(session, says=old) == set()


def test_of_several_each_is_judged_by_what_was_heard_of_it(world: World) -> None:
    kofi, lucia = world.start("kofi"), world.start("lucia", community="cordoba")
    for _ in range(60):
        world.later(minutes=2)
        world.observe(says(world, unused(world, "kofi"), world.ready("lucia")))
    for session in (kofi, lucia):
        told(world, session)
    observation = says(world, unused(world, "kofi"), world.ready("lucia"))
    assert world.confirm(kofi, lucia, says=observation) == {kofi.session_id}
