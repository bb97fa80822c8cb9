"""Why somebody's server does not run, where it failed by itself: what its owner is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.session import DEATHS, FAILED_STARTS, Ending, EndReason, ServerKey, Session
from catalyst_hub.core.warming import WARMER
from catalyst_hub.usecases.find_failure import find_failure, find_failures
from tests.support.sessions import a_session
from tests.usecases.world import World


def failed(world: World, reason: EndReason, actor: str = "kofi", server: str = "") -> Session:
    """A start of kofi's that came to this."""
    world.sign_in("kofi")
    person = world.do(lambda uow: uow.people.by_name("kofi"))
    assert person is not None
    made = a_session(person, community="nairobi", reserved_at=world.now)
    session = replace(made, key=ServerKey("kofi", server), actor=actor)
    world.do(lambda uow: uow.sessions.add(session))
    ending = Ending(world.now, reason)
    assert world.do(lambda uow: uow.sessions.release(session.session_id, ending))
    return session


def told(world: World, session_id: str = "") -> EndReason | None:
    key = ServerKey("kofi")
    found = world.do(lambda uow: find_failure(uow, key, world.now, session_id))
    return found.end_reason if found else None


@pytest.mark.parametrize("reason", sorted(EndReason))
def test_only_failures_are_told(world: World, reason: EndReason) -> None:
    failed(world, reason)
    assert told(world) == (reason if reason in FAILED_STARTS | DEATHS else None)


def test_it_is_told_for_an_hour_and_for_its_own_run_as_long_as_somebody_asks(world: World) -> None:
    session = failed(world, EndReason.NO_ROOM)
    world.later(minutes=59)
    assert told(world) is EndReason.NO_ROOM
    world.later(minutes=2)
    assert told(world) is None
    assert told(world, session.session_id) is EndReason.NO_ROOM


def test_the_next_start_ends_the_news_whatever_becomes_of_it(world: World) -> None:
    first = failed(world, EndReason.NO_ROOM)
    world.later(minutes=1)
    failed(world, EndReason.STOPPED)
    assert told(world) is None
    assert told(world, first.session_id) is None


def test_what_was_started_ahead_and_failed_nobody_has_missed(world: World) -> None:
    failed(world, EndReason.NO_ROOM, actor=WARMER)
    assert told(world) is None


def test_of_several_servers_each_that_failed_is_found(world: World) -> None:
    failed(world, EndReason.NO_ROOM)
    failed(world, EndReason.NO_IMAGE, server="gpu")
    servers = ("", "gpu", "other")
    found = world.do(lambda uow: find_failures(uow, "kofi", servers, world.now))
    assert [each.end_reason for each in found] == [EndReason.NO_ROOM, EndReason.NO_IMAGE]
