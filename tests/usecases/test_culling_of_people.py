"""The file says limits of some people by their names: these stop their servers, and no others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.belonging import Way
from catalyst_hub.core.community import Identity, MembershipRule
from catalyst_hub.core.culling_rules import Culling, CullingPart, CullingRules, OfPeople, SaidBy
from catalyst_hub.core.notice import Reason
from tests.usecases.test_culling import HOUR, MINUTE, passes, statements, told
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    of_people(world)
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def of_people(world: World, *said: OfPeople) -> None:
    """One community, of some of whose people the file says something."""
    part = CullingPart(CullingRules(), people=said)
    nairobi = replace(NAIROBI, culling=Culling(part), limits=(), budget=None)
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))


def test_who_has_limits_of_her_own_is_stopped_by_these_and_reads_whose_they_are(
    world: World,
) -> None:
    kofi = MembershipRule("demo", frozenset({"Kofi"}))
    amina = MembershipRule("demo", frozenset({"amina"}))
    lucia = MembershipRule("other", frozenset({"lucia"}))
    said = {"idle": 20 * MINUTE, "grace": timedelta()}
    of_people(
        world,
        OfPeople(kofi, said),
        OfPeople(amina, {"idle": 4 * HOUR}),
        OfPeople(amina, said),
        OfPeople(lucia, said),
    )
    for name in ("amina", "kofi", "lucia"):
        world.start(name)
    passes(world, 25)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}
    [notice] = world.do(lambda uow: uow.notices.of_live()).values()
    assert notice.facts["by"] == SaidBy.PERSON
    passes(world, 10)
    assert told(world) == {"kofi": (Reason.IDLE, 0), "lucia": (Reason.IDLE, 25)}


def test_she_is_found_by_any_of_her_ways_to_sign_in_and_her_login_there(world: World) -> None:
    person = world.do(lambda uow: uow.people.by_name("kofi"))
    way = Way(Identity("uni", "4711"), "k.mensah", world.now)
    world.do(lambda uow: uow.identities.add(person, way, world.now))
    rule = MembershipRule("uni", frozenset({"K.Mensah"}))
    of_people(world, OfPeople(rule, {"idle": None, "max_age": 2 * HOUR}))
    for name in ("kofi", "lucia"):
        world.start(name)
    passes(world, 35)
    assert told(world).keys() == {"lucia"}
    passes(world, 60)
    assert told(world)["kofi"] == (Reason.OVER_AGE, 25)


def test_hundreds_of_them_are_judged_by_a_few_statements(world: World) -> None:
    kofi = MembershipRule("demo", frozenset({"kofi"}))
    of_people(world, OfPeople(kofi, {"idle": None, "max_age": None}))

    world.start("kofi")
    few = statements(world)
    for number in range(20):
        world.start("kofi", f"server-{number}")
    world.start("lucia")
    assert statements(world) == few
