"""A workshop says itself when its servers stop, between its days and after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from catalyst_hub.core.culling_rules import Culling, CullingPart, CullingRules, SaidBy, Tighter
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.policy import policy_at
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.i18n import translator
from catalyst_hub.i18n.culling_outlook import rules_text
from catalyst_hub.i18n.notices import ground_text, place_of
from catalyst_hub.usecases.explain_culling import Explained, explain_culling
from tests.support.sessions import a_session, running
from tests.usecases.test_culling import HOUR, MINUTE, ZONE, passes, reports, ruled, told
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    ruled(world, CullingRules())
    for name in ("kofi", "lucia"):
        world.sign_in(name)


def ran_in_a_workshop(world: World, **limits: int | None) -> None:
    """Kofi's server was started in the workshop of this morning, lucia's for herself."""
    today = local_day(world.now, ZONE)
    plan = Plan("Genomics", today, today, (Meeting(today, "09:00", "11:00"),))
    plan = replace(plan, **limits)  # type: ignore[arg-type]

    def run(uow: Any) -> None:
        workshop = uow.workshops.add("nairobi", plan, "amina", world.now - timedelta(hours=9))
        for name, number in (("kofi", workshop.workshop_id), ("lucia", None)):
            person = uow.people.by_name(name)
            session = a_session(person, community="nairobi", reserved_at=world.now)
            running(uow, replace(session, actor=name, workshop_id=number))

    world.do(run)


def said_by_the_file(world: World, workshop: Tighter) -> None:
    """What it says of all workshops of the community."""
    culling = Culling(CullingPart(CullingRules(), workshop=workshop))
    nairobi = replace(NAIROBI, culling=culling, limits=(), budget=None)
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))


def explained(world: World) -> dict[str, Explained]:
    found = world.do(lambda uow: explain_culling(uow, world.policy, world.now))
    return {each.session.key.user_name: each for each in found.servers}


def report(world: World, name: str, **signs: int) -> None:
    [session] = [
        each for each in world.do(lambda uow: uow.sessions.all_live()) if each.key.user_name == name
    ]
    reports(world, session, **signs)


def test_its_servers_stop_sooner_and_those_of_others_as_usual(world: World) -> None:
    ran_in_a_workshop(world, idle_minutes=20)
    passes(world, 25)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}
    by = {name: each.outlook.rules.idle.by for name, each in explained(world).items()}
    assert by == {"kofi": SaidBy.WORKSHOP, "lucia": SaidBy.HUB}


@pytest.mark.parametrize("idle_minutes", [None, 600])
def test_it_says_nothing_or_no_more_than_the_file_and_nothing_is_different(
    world: World, idle_minutes: int | None
) -> None:
    ran_in_a_workshop(
        world, idle_minutes=idle_minutes, max_age_minutes=40_000, ceiling_minutes=40_000
    )
    passes(world, 25)
    assert told(world) == {}
    kofi, lucia = explained(world).values()
    assert kofi.outlook.rules == lucia.outlook.rules


def test_its_servers_are_too_old_sooner_even_in_use(world: World) -> None:
    ran_in_a_workshop(world, max_age_minutes=120)
    passes(world, 89, works=True)
    assert told(world) == {}
    passes(world, 1, works=True)
    assert told(world) == {"kofi": (Reason.OVER_AGE, 30)}
    ground = explained(world)["kofi"].ground
    place = place_of(policy_at(world.policy, world.now), "nairobi", translator("en"))
    assert "2 hours (servers of a workshop)" in ground_text(
        ground.reason, ground.facts, place, translator("en")
    )


@pytest.mark.parametrize("sign", ["worked", "open"])
def test_what_goes_on_untouched_counts_no_longer_than_it_says(world: World, sign: str) -> None:
    ran_in_a_workshop(world, ceiling_minutes=30)
    for _ in range(6):
        passes(world, 10)
        for name in ("kofi", "lucia"):
            report(world, name, **{sign: 0})
    # Half an hour counts although nobody touches it, and the hour without use begins then.
    assert told(world) == {"kofi": (Reason.IDLE, 30)}
    kofi = explained(world)["kofi"]
    assert kofi.ground.facts["ceiling"] == sign
    assert kofi.outlook.rules.unattended_work.by is SaidBy.WORKSHOP
    assert kofi.outlook.rules.open_tab.by is SaidBy.WORKSHOP


@pytest.mark.parametrize(("grace", "minutes"), [(90, 90), (15, 60), (0, 60)])
def test_a_new_server_is_left_alone_for_as_long_as_it_says(
    world: World, grace: int, minutes: int
) -> None:
    ran_in_a_workshop(world, grace_minutes=grace)
    passes(world, minutes - 31)
    assert "kofi" not in told(world)
    passes(world, 1)
    assert told(world)["kofi"] == (Reason.IDLE, 30)
    sentences = list(rules_text(explained(world)["kofi"].outlook.rules, translator("en")))
    said = "For 1 hour 30 minutes after its start it is not stopped for want of use."
    assert (said in sentences) is (grace == 90)


@pytest.mark.parametrize(
    ("own", "said", "by"),
    [
        ({}, Tighter(max_age=2 * HOUR), 120),
        ({"max_age_minutes": 90}, Tighter(max_age=2 * HOUR), 90),
        ({"max_age_minutes": 180}, Tighter(max_age=2 * HOUR), 120),
        # A word on one limit takes none of the file's on another away.
        ({"grace_minutes": 0}, Tighter(max_age=2 * HOUR), 120),
    ],
)
def test_of_its_word_and_the_files_each_limit_is_the_tighter(
    world: World, own: dict[str, int], said: Tighter, by: int
) -> None:
    said_by_the_file(world, said)
    ran_in_a_workshop(world, **own)
    rules = explained(world)["kofi"].outlook.rules
    assert (rules.max_age.lasts, rules.max_age.by) == (by * MINUTE, SaidBy.WORKSHOP)
    assert rules.idle.by is SaidBy.HUB


def test_of_two_workshops_each_has_its_own_limits(world: World) -> None:
    world.sign_in("bo")
    ran_in_a_workshop(world, idle_minutes=20)
    today = local_day(world.now, ZONE)
    long = Plan("Maps", today, today, (Meeting(today, "09:00", "11:00"),), idle_minutes=40)

    def run(uow: Any) -> None:
        workshop = uow.workshops.add("nairobi", long, "amina", world.now)
        session = a_session(uow.people.by_name("bo"), community="nairobi", reserved_at=world.now)
        running(uow, replace(session, actor="bo", workshop_id=workshop.workshop_id))

    world.do(run)
    lasts = {name: each.outlook.rules.idle.lasts for name, each in explained(world).items()}
    assert lasts == {"kofi": 20 * MINUTE, "bo": 40 * MINUTE, "lucia": HOUR}


def test_nobody_is_stopped_for_any_of_it_while_it_takes_place(world: World) -> None:
    today = local_day(world.now, ZONE)
    ran_in_a_workshop(world, idle_minutes=10, max_age_minutes=60, ceiling_minutes=10)
    [workshop] = world.do(lambda uow: uow.workshops.of("nairobi"))
    hours = replace(workshop.plan, meetings=(Meeting(today, "09:00", "18:00"),))
    world.do(lambda uow: uow.workshops.change(workshop.workshop_id, hours, "KES", None, world.now))
    passes(world, 55)
    assert set(told(world)) == {"lucia"}
    assert explained(world)["kofi"].outlook.shelter.workshop == "Genomics"
