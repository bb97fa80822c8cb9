"""A workshop says how long its servers may be without use, between its days and after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.culling_rules import CullingRules, SaidBy
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.explain_culling import explain_culling
from tests.support.sessions import a_session, running
from tests.usecases.test_culling import ZONE, passes, ruled, told
from tests.usecases.world import World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    ruled(world, CullingRules())
    for name in ("kofi", "lucia"):
        world.sign_in(name)


def ran_in_a_workshop(world: World, idle_minutes: int | None) -> None:
    """Kofi's server was started in the workshop of this morning, lucia's for herself."""
    today = local_day(world.now, ZONE)
    plan = Plan("Genomics", today, today, (Meeting(today, "09:00", "11:00"),))
    plan = replace(plan, idle_minutes=idle_minutes)

    def run(uow) -> None:
        workshop = uow.workshops.add("nairobi", plan, "amina", world.now - timedelta(hours=9))
        for name, number in (("kofi", workshop.workshop_id), ("lucia", None)):
            person = uow.people.by_name(name)
            session = a_session(person, community="nairobi", reserved_at=world.now)
            running(uow, replace(session, actor=name, workshop_id=number))

    world.do(run)


def test_its_servers_stop_sooner_and_those_of_others_as_usual(world: World) -> None:
    ran_in_a_workshop(world, 20)
    passes(world, 25)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}
    explained = world.do(lambda uow: explain_culling(uow, world.policy, world.now))
    by = {each.session.key.user_name: each.outlook.rules.idle.by for each in explained.servers}
    assert by == {"kofi": SaidBy.WORKSHOP, "lucia": SaidBy.HUB}


@pytest.mark.parametrize("idle_minutes", [None, 600])
def test_it_says_nothing_or_no_more_than_the_file_and_nothing_is_different(
    world: World, idle_minutes: int | None
) -> None:
    ran_in_a_workshop(world, idle_minutes)
    passes(world, 25)
    assert told(world) == {}
