"""A pause that operators announce: who may start meanwhile, and what is written of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from catalyst_hub.core.audit import Action
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.maintenance import Maintenance, Objection, Pause
from catalyst_hub.core.notice import Reason, Verdict
from catalyst_hub.core.pause import draining
from catalyst_hub.core.session import Session
from catalyst_hub.usecases.announce_maintenance import announce_maintenance
from catalyst_hub.usecases.end_maintenance import end_maintenance
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.list_maintenances import list_maintenances
from catalyst_hub.usecases.offer_profiles import offer_profiles
from tests.usecases.world import NOON, World

HOUR = timedelta(hours=1)


def announce(
    world: World, community: str | None = None, **changed: object
) -> Maintenance | Objection:
    pause = Pause(community, {"": "New disks", "es": "Discos nuevos"}, NOON, NOON + 2 * HOUR)
    asked = replace(pause, **changed)
    return world.do(lambda uow: announce_maintenance(uow, world.policy, asked, "root", world.now))


def announced(world: World, community: str | None = None, **changed: object) -> Maintenance:
    made = announce(world, community, **changed)
    assert isinstance(made, Maintenance), made
    return made


def end(world: World, number: int) -> Maintenance | None:
    return world.do(lambda uow: end_maintenance(uow, number, "root", world.now))


def actions(world: World) -> list[str]:
    return [action for action in world.audited() if action.startswith("maintenance:")]


def test_nothing_starts_during_it_and_the_answer_says_until_when(world):
    world.sign_in("kofi")
    announced(world)
    refused = world.admit("kofi")
    assert isinstance(refused, Denied)
    assert refused.code is Code.MAINTENANCE
    assert refused.until == NOON + 2 * HOUR
    assert refused.zone == "Africa/Nairobi"


def test_before_it_and_after_it_everything_starts(world):
    world.sign_in("kofi")
    announced(world, starts_at=NOON + HOUR)
    assert isinstance(world.admit("kofi"), Session)
    world.stop("kofi")
    world.later(hours=1)
    assert isinstance(world.admit("kofi"), Denied)
    world.later(hours=1)
    assert isinstance(world.admit("kofi"), Session)


def test_one_of_a_community_leaves_the_other_alone(world):
    world.sign_in("lucia")
    announced(world, "nairobi")
    assert isinstance(world.admit("lucia", community="nairobi"), Denied)
    assert isinstance(world.admit("lucia", community="cordoba"), Session)


def test_operators_may_start_to_see_whether_it_works_again(world):
    world.sign_in("root")
    world.sign_in("amina")
    announced(world)
    assert isinstance(world.admit("root"), Session)
    assert isinstance(world.admit("amina"), Denied)


def test_the_picker_says_what_admission_would(world):
    world.sign_in("kofi")
    announced(world)
    offers = world.do(lambda uow: offer_profiles(uow, world.policy, "kofi", None, world.now))
    denied = {size.denied for p in offers.communities[0].profiles for size in p.sizes}
    assert {each and each.code for each in denied} == {Code.MAINTENANCE}


def test_pressed_twice_it_is_announced_once(world):
    first = announced(world)
    assert announced(world) == first
    assert announced(world, message={"": "Other"}) != first
    assert actions(world) == [Action.MAINTENANCE_ANNOUNCED] * 2


def test_what_makes_no_sense_leaves_nothing_behind(world):
    assert announce(world, "elsewhere") is Objection.UNKNOWN_COMMUNITY
    assert actions(world) == []
    assert world.do(lambda uow: list_maintenances(uow, world.now)) == []


def test_ended_early_it_is_over_and_ending_it_again_changes_nothing(world):
    world.sign_in("kofi")
    made = announced(world)
    world.later(minutes=5)
    first = end(world, made.maintenance_id)
    assert first is not None
    assert (first.ended_by, first.ended_at) == ("root", world.now)
    world.later(minutes=5)
    assert end(world, made.maintenance_id) == first
    assert actions(world) == [Action.MAINTENANCE_ANNOUNCED, Action.MAINTENANCE_ENDED]
    assert isinstance(world.admit("kofi"), Session)


def test_one_that_has_come_to_its_end_cannot_be_ended_any_more(world):
    made = announced(world)
    world.later(hours=3)
    assert end(world, made.maintenance_id) == made
    assert actions(world) == [Action.MAINTENANCE_ANNOUNCED]
    assert end(world, 999) is None


def test_it_survives_whoever_announced_it(world):
    made = announced(world, drain_at=NOON + HOUR)
    again = World(world.url)
    assert again.do(lambda uow: list_maintenances(uow, world.now)) == [made]
    again.close()


def test_running_servers_are_drained_when_that_was_announced(world):
    world.sign_in("kofi")
    world.sign_in("root")
    session = world.start("kofi")
    world.later(minutes=1)
    announced(world, starts_at=world.now, drain_at=world.now + HOUR)
    others = world.start("root")
    stop = world.do(lambda uow: draining(uow, world.now))
    assert stop(session) == world.now + HOUR
    assert stop(others) is None


def enforced(world: World) -> Verdict:
    return world.do(lambda uow: enforce_limits(uow, world.policy, world.now))


def test_owners_are_told_and_whoever_ends_it_takes_that_back(world):
    world.sign_in("kofi")
    session = world.start("kofi")
    world.later(minutes=1)
    made = announced(world, starts_at=world.now, drain_at=world.now + HOUR)
    (notice,) = enforced(world).given
    assert (notice.session_id, notice.reason) == (session.session_id, Reason.MAINTENANCE)
    assert notice.stop_at == made.pause.drain_at
    assert enforced(world) == Verdict()
    end(world, made.maintenance_id)
    assert [each.session_id for each in enforced(world).withdrawn] == [session.session_id]


def test_nobody_has_less_time_to_save_than_usual(world):
    world.sign_in("kofi")
    world.start("kofi")
    world.later(minutes=1)
    made = announced(world, starts_at=world.now, drain_at=world.now)
    world.later(minutes=1)
    (notice,) = enforced(world).given
    assert notice.stop_at == world.now + world.policy.enforcement.notice
    # What everybody reads is what they are told.
    assert notice.stop_at == made.pause.drain_at
    world.later(minutes=4)
    assert enforced(world) == Verdict()


def test_stopping_at_once_pressed_twice_is_announced_once(world):
    world.later(minutes=1)
    asked = {"starts_at": world.now, "drain_at": world.now}
    first = announced(world, **asked)
    world.later(minutes=0.1)
    assert announced(world, **asked) == first


def test_what_ends_before_anybody_can_have_been_told_stops_nobody(world):
    world.sign_in("kofi")
    world.start("kofi")
    world.later(minutes=1)
    soon = world.now + timedelta(minutes=5)
    made = announced(world, starts_at=world.now, drain_at=world.now, ends_at=soon)
    assert made.pause.drain_at == world.now
    (notice,) = enforced(world).given
    assert notice.stop_at > soon
    world.later(minutes=5)
    assert len(enforced(world).withdrawn) == 1
