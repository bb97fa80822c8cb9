from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.observation import OBSERVER
from catalyst_hub.core.session import HEARTBEAT, EndReason, ServerKey, SessionState
from catalyst_hub.usecases.reconcile_sessions import Reconciled
from tests.usecases.world import NOON, PATIENCE, World

NOTHING = Reconciled()


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for login in ("kofi", "lucia", "amina"):
        world.sign_in(login)


# --- reservations ---


def test_a_reservation_the_hub_knows_nothing_of_expires_after_patience(world: World) -> None:
    session = world.reserve("kofi")
    world.later(seconds=PATIENCE.total_seconds())
    assert world.reconcile(world.hub_says()) == NOTHING
    world.later(seconds=1)
    (released,) = world.reconcile(world.hub_says()).released
    assert released == world.session(session.session_id)
    assert (released.state, released.end_reason) == (
        SessionState.RELEASED, EndReason.NEVER_STARTED,
    )  # fmt: skip


def test_a_reservation_whose_start_is_pending_never_expires(world: World) -> None:
    world.reserve("kofi")
    world.later(hours=5)
    assert world.reconcile(world.hub_says(world.pending("kofi"))) == NOTHING


def test_a_reserved_server_that_is_ready_is_opened(world: World) -> None:
    reserved = world.reserve("kofi")
    started_at = world.later(seconds=5)
    world.later(minutes=10)
    (opened,) = world.reconcile(world.hub_says(world.ready("kofi", since=started_at))).opened
    assert opened == world.session(reserved.session_id)
    assert (opened.state, opened.running_at) == (SessionState.RUNNING, started_at)


def test_an_opened_server_never_ran_before_it_was_reserved(world: World) -> None:
    world.reserve("kofi")
    world.later(minutes=1)
    early = world.ready("kofi", since=NOON - timedelta(hours=1))
    (opened,) = world.reconcile(world.hub_says(early)).opened
    assert opened.running_at == NOON


# --- lost sessions ---


def test_a_running_server_the_hub_does_not_know_ends_at_its_last_heartbeat(world: World) -> None:
    session = world.start("kofi")
    seen_at = world.later(minutes=10)
    world.observe(world.hub_says(world.ready("kofi")))
    world.later(seconds=30)
    observation = world.hub_says()
    world.later(seconds=2)
    (closed,) = world.reconcile(observation).closed
    assert closed == world.session(session.session_id)
    assert (closed.ended_at, closed.end_reason) == (seen_at, EndReason.LOST)
    assert closed.estimate_ms == 30_000
    assert timedelta(milliseconds=closed.estimate_ms) <= HEARTBEAT
    assert world.charged_ms() == 10 * 60_000


def test_a_server_that_died_unseen_is_marked_with_the_bound(world: World) -> None:
    world.start("kofi")
    world.later(minutes=10)
    world.observe(world.hub_says(world.ready("kofi")))
    world.later(hours=8)
    (closed,) = world.reconcile(world.hub_says()).closed
    assert closed.estimate_ms == 8 * 3_600_000
    assert world.last_facts()["reason"] == "lost"


def test_a_server_with_anything_pending_is_left_alone(world: World) -> None:
    world.start("kofi")
    world.later(hours=1)
    assert world.reconcile(world.hub_says(world.pending("kofi"))) == NOTHING


def test_reconciling_again_changes_nothing(world: World) -> None:
    world.start("kofi")
    world.later(minutes=1)
    observation = world.hub_says()
    assert world.reconcile(observation).closed
    assert world.reconcile(observation) == NOTHING
    assert len(world.rows("SELECT 1 FROM audit WHERE action = 'session:ended'")) == 1


def test_only_this_hubs_sessions_are_closed(world: World) -> None:
    world.start("kofi")
    world.do(lambda uow: uow._connection.exec_driver_sql("UPDATE sessions SET hub = 'other'"))
    world.later(hours=1)
    assert world.reconcile(world.hub_says()) == NOTHING


# --- what the store learned after the Hub was asked ---


def test_a_server_that_opened_since_is_not_lost(world: World) -> None:
    world.reserve("kofi")
    observation = world.hub_says()
    world.later(milliseconds=1)
    world.open("kofi")
    world.later(hours=1)
    assert world.reconcile(observation) == NOTHING


def test_a_server_that_another_observer_saw_since_is_not_lost(world: World) -> None:
    world.start("kofi")
    stale = world.hub_says()
    world.later(seconds=1)
    world.observe(world.hub_says(world.ready("kofi")))
    assert world.reconcile(stale) == NOTHING


def test_a_server_that_closed_since_is_not_adopted(world: World) -> None:
    world.start("kofi")
    world.later(minutes=5)
    stale = world.hub_says(world.ready("kofi", since=NOON))
    world.later(milliseconds=1)
    world.stop("kofi")
    assert world.reconcile(stale) == NOTHING


def test_a_server_that_was_found_dead_since_is_not_adopted(world: World) -> None:
    world.start("kofi")
    alive_at = world.later(minutes=5)
    world.later(seconds=10)
    stale = world.hub_says(world.ready("kofi", since=NOON))
    world.later(seconds=10)
    world.stop("kofi", alive_at=alive_at)
    assert world.reconcile(stale) == NOTHING


def test_a_server_that_was_seen_before_it_was_started_anew_has_no_heartbeat(world: World) -> None:
    world.start("kofi")
    stale = world.hub_says(world.ready("kofi"))
    world.later(seconds=1)
    world.stop("kofi")
    session = world.start("kofi")
    world.observe(stale)
    assert world.session(session.session_id).seen_at is None


# --- servers without a session ---


def test_an_unknown_server_is_adopted_once_from_its_start(world: World) -> None:
    world.later(hours=1)
    observation = world.hub_says(
        world.ready("lucia", since=NOON, community="cordoba", profile="python", size="large")
    )
    (session,) = world.reconcile(observation).adopted
    assert session == world.session(session.session_id)
    assert (session.state, session.running_at) == (SessionState.RUNNING, NOON)
    assert (session.choice.community, session.choice.size) == ("cordoba", "large")
    assert world.audited()[-1] == "session:adopted"
    world.later(minutes=1)
    assert world.reconcile(replace(observation, taken_at=world.now)) == NOTHING
    world.stop("lucia")
    assert world.charged_ms() == 61 * 60_000


def test_a_session_closed_by_mistake_is_taken_up_where_it_ended(world: World) -> None:
    world.start("kofi")
    seen_at = world.later(minutes=10)
    world.observe(world.hub_says(world.ready("kofi")))
    world.later(minutes=5)
    assert world.reconcile(world.hub_says()).closed
    world.later(minutes=5)
    (session,) = world.reconcile(world.hub_says(world.ready("kofi", since=NOON))).adopted
    assert session.running_at == seen_at
    world.later(minutes=10)
    world.stop("kofi")
    assert world.charged_ms() == 30 * 60_000


def test_a_server_that_comes_up_after_all_is_charged_since_its_reservation_was_over(
    world: World,
) -> None:
    world.reserve("kofi")
    expired_at = world.later(minutes=3)
    assert world.reconcile(world.hub_says()).released
    world.later(minutes=1)
    early = world.ready("kofi", since=NOON)
    (first,) = world.reconcile(world.hub_says(early)).adopted
    assert first.running_at == expired_at
    seen_at = world.later(minutes=1)
    world.observe(world.hub_says(early))
    world.later(minutes=1)
    assert world.reconcile(world.hub_says()).closed
    world.later(minutes=1)
    (second,) = world.reconcile(world.hub_says(world.ready("kofi", since=NOON))).adopted
    assert second.running_at == seen_at


def test_options_nobody_can_read_fall_back_to_the_first_community(world: World) -> None:
    world.later(hours=1)
    for server, options in {"a": {}, "b": {"community": "accra"}, "c": {"size": "huge"}}.items():
        (session,) = world.reconcile(world.hub_says(world.ready("kofi", server, **options))).adopted
        assert (session.choice.community, session.choice.size) == ("nairobi", "small")
        world.stop("kofi", server)


def test_a_server_stays_its_communitys_when_its_owner_has_left(world: World) -> None:
    world.later(hours=1)
    observation = world.hub_says(world.ready("kofi", community="cordoba"))
    (session,) = world.reconcile(observation).adopted
    assert session.choice.community == "cordoba"


def test_a_user_the_store_does_not_know_becomes_a_person(world: World) -> None:
    world.later(hours=1)
    (session,) = world.reconcile(world.hub_says(world.ready("old", community="nairobi"))).adopted
    person = world.do(lambda uow: uow.people.by_name("old"))
    assert person is not None
    assert session.person_id == person.person_id


def test_a_server_of_nobodys_community_is_reported_not_charged(world: World) -> None:
    world.later(hours=1)
    reconciled = world.reconcile(world.hub_says(world.ready("stranger")))
    assert reconciled == Reconciled(strangers=(ServerKey("stranger"),))
    assert world.live() == []


def test_a_server_that_is_only_pending_is_not_adopted(world: World) -> None:
    assert world.reconcile(world.hub_says(world.pending("kofi"))) == NOTHING


def test_hundreds_of_repairs_are_done_in_steps(world: World) -> None:
    world.policy = replace(
        world.policy,
        communities=tuple(replace(c, limits=(), budget=None) for c in world.policy.communities),
    )
    for number in range(60):
        world.start("kofi", f"s{number}")
    world.later(minutes=1)
    observation = world.hub_says(*(world.ready("lucia", f"s{number}") for number in range(60)))
    steps = [world.reconcile(observation) for _ in range(4)]
    assert [len(step.closed) for step in steps] == [30, 30, 0, 0]
    assert [len(step.adopted) for step in steps] == [0, 0, 30, 30]
    assert [step.has_more for step in steps] == [True, True, True, False]
    assert len(world.live()) == 60


# --- heartbeat ---


def test_a_heartbeat_notes_what_was_seen_and_that_somebody_looks(world: World) -> None:
    session = world.start("kofi")
    world.reserve("lucia")
    at = world.later(minutes=1)
    activity_at = at - timedelta(seconds=20)
    seen = replace(world.ready("kofi"), activity_at=activity_at)
    observation = world.hub_says(seen, world.pending("lucia"))
    world.later(seconds=1)
    world.observe(observation)
    noted = world.session(session.session_id)
    assert (noted.seen_at, noted.activity_at) == (at, activity_at)
    assert world.do(lambda uow: uow.heartbeats.last(OBSERVER)) == world.now


def test_activity_in_the_future_is_activity_now(world: World) -> None:
    session = world.start("kofi")
    at = world.later(minutes=1)
    seen = replace(world.ready("kofi"), activity_at=at + timedelta(hours=5, minutes=30))
    world.observe(world.hub_says(seen))
    assert world.session(session.session_id).activity_at == at


def test_what_the_hub_did_not_mention_is_asked_about_before_it_is_lost(world: World) -> None:
    world.start("kofi")
    world.start("lucia")
    observation = world.hub_says(world.ready("lucia"))
    world.later(seconds=1)
    world.start("amina")
    compared = world.compare(observation)
    assert (compared.unseen, compared.is_settled) == ({"kofi"}, False)


def test_where_store_and_hub_agree_there_is_nothing_to_repair(world: World) -> None:
    world.start("kofi")
    world.reserve("lucia")
    world.later(seconds=1)
    assert world.compare(world.hub_says(world.ready("kofi"), world.pending("lucia"))).is_settled
    started = world.hub_says(world.ready("kofi"), world.ready("lucia"))
    assert not world.compare(started).is_settled
    world.reconcile(started)
    world.later(seconds=1)
    assert world.compare(world.hub_says(world.ready("kofi"), world.ready("lucia"))).is_settled
