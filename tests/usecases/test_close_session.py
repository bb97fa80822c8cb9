from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.session import UNSEEN, EndReason, SessionState
from tests.usecases.world import NOON, World


@pytest.fixture(autouse=True)
def _kofi(world: World) -> None:
    world.sign_in("kofi")


def test_a_stopped_server_is_charged_to_the_millisecond(world: World) -> None:
    started = world.start("kofi")
    world.later(minutes=90, milliseconds=7)
    session = world.stop("kofi")
    assert session is not None
    assert (session.state, session.end_reason) == (SessionState.ENDED, EndReason.STOPPED)
    assert session.estimate_ms is None
    assert session == world.session(started.session_id)
    assert world.charged_ms() == 90 * 60_000 + 7


def test_closing_twice_charges_once(world: World) -> None:
    world.start("kofi")
    world.later(hours=1)
    assert world.stop("kofi") is not None
    audited = world.audited()
    world.later(hours=1)
    assert world.stop("kofi") is None
    assert world.charged_ms() == 3_600_000
    assert world.audited() == audited


def test_what_never_ran_is_given_back_and_costs_nothing(world: World) -> None:
    world.reserve("kofi")
    world.later(minutes=2)
    session = world.stop("kofi")
    assert session is not None
    assert (session.state, session.end_reason) == (SessionState.RELEASED, EndReason.NEVER_STARTED)
    assert world.charged_ms() == 0
    assert world.audited()[-1] == "session:released"


def test_why_a_start_failed_is_kept_and_costs_nothing(world: World) -> None:
    world.reserve("kofi")
    world.later(minutes=2)
    session = world.stop("kofi", cause=EndReason.NO_ROOM)
    assert session is not None
    assert (session.state, session.end_reason) == (SessionState.RELEASED, EndReason.NO_ROOM)
    assert session == world.session(session.session_id)
    assert world.last_facts()["reason"] == "no-room"
    assert world.charged_ms() == 0


@pytest.mark.parametrize("is_found_dead", [False, True])
def test_why_a_server_died_changes_nothing_of_what_it_costs(
    world: World, is_found_dead: bool
) -> None:
    world.start("kofi")
    alive_at = world.later(minutes=10)
    world.later(seconds=30)
    cause = EndReason.OUT_OF_MEMORY
    session = world.stop("kofi", alive_at=alive_at if is_found_dead else None, cause=cause)
    assert session is not None
    assert session.end_reason is cause
    assert session.estimate_ms == (30_000 if is_found_dead else None)
    assert world.charged_ms() == (600_000 if is_found_dead else 630_000)


def test_closing_a_server_that_never_was_changes_nothing(world: World) -> None:
    audited = world.audited()
    assert world.stop("kofi", "never") is None
    assert world.audited() == audited


def test_a_server_found_dead_ends_when_it_was_last_found_alive(world: World) -> None:
    world.start("kofi")
    alive_at = world.later(minutes=10)
    world.later(seconds=20)
    world.observe(world.hub_says(replace(world.ready("kofi"), activity_at=NOON)))
    world.later(seconds=10)
    session = world.stop("kofi", alive_at=alive_at)
    assert session is not None
    assert (session.ended_at, session.end_reason) == (alive_at, EndReason.LOST)
    assert session.estimate_ms == 30_000


def test_a_server_found_dead_by_a_new_hub_ends_at_its_last_heartbeat(world: World) -> None:
    world.start("kofi")
    seen_at = world.later(minutes=10)
    world.observe(world.hub_says(world.ready("kofi")))
    world.later(hours=9)
    session = world.stop("kofi", alive_at=UNSEEN)
    assert session is not None
    assert session.ended_at == seen_at
    assert session.estimate_ms == 9 * 3_600_000
    assert world.charged_ms() == 10 * 60_000
    assert world.last_facts()["estimate_ms"] == 9 * 3_600_000


def test_without_any_sign_of_life_a_lost_session_costs_nothing(world: World) -> None:
    world.start("kofi")
    world.later(hours=9)
    session = world.stop("kofi", alive_at=UNSEEN)
    assert session is not None
    assert (session.ended_at, session.estimate_ms) == (NOON, 9 * 3_600_000)
    assert world.charged_ms() == 0


def test_a_clock_set_back_ends_no_session_before_it_began(world: World) -> None:
    world.start("kofi")
    world.now -= timedelta(hours=1)
    session = world.stop("kofi")
    assert session is not None
    assert session.ended_at == NOON
    assert world.charged_ms() == 0


def test_opening_twice_opens_once(world: World) -> None:
    session = world.start("kofi")
    world.later(minutes=1)
    assert world.open("kofi") == session
    assert world.audited()[-1] == "session:running"


def test_a_server_that_comes_up_late_gets_its_reservation_back(world: World) -> None:
    reserved = world.reserve("kofi")
    world.later(minutes=4)
    world.stop("kofi")
    late_at = world.later(minutes=1)
    session = world.open("kofi")
    assert session is not None
    assert session == world.session(reserved.session_id)
    assert (session.state, session.running_at) == (SessionState.RUNNING, late_at)
    assert world.audited()[-1] == "session:reopened"
    world.later(hours=1)
    world.stop("kofi")
    assert world.charged_ms() == 3_600_000


def test_what_has_ended_is_not_opened_again(world: World) -> None:
    world.start("kofi")
    world.stop("kofi")
    assert world.open("kofi") is None
    assert world.open("kofi", "never") is None
    assert world.live() == []
