"""While a workshop is on: what its people are offered, and the room that it has for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from catalyst_hub.core.budget import Budget
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.denial import Allowance, Denied, LimitScope
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.profile import CommunityOffer, Offers
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.standing import Standing, standing, standings
from catalyst_hub.core.window import Window
from catalyst_hub.usecases.offer_profiles import offer_profiles
from tests.usecases.workshops import a_workshop, at, enforce, register, warm
from tests.usecases.world import NAIROBI, World

MORNING = ("2026-11-24", "09:00", "10:00")
MAPS = replace(NAIROBI.profiles[0], slug="maps", title={"": "Maps"})
SEATS = Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 2)
OWN_CPU = Limit(LimitScope.PERSON, Unit.CPU, Window.AT_ONCE, 1000)


@pytest.fixture(autouse=True)
def _community(world: World) -> None:
    """Two seats, a second profile, and nobody may have more than one CPU."""
    community = replace(
        NAIROBI, limits=(SEATS, OWN_CPU), budget=None, profiles=(*NAIROBI.profiles, MAPS)
    )
    world.policy = replace(world.policy, communities=(community,))


def offers(world: World, name: str) -> Offers:
    return world.do(lambda uow: offer_profiles(uow, world.policy, name, None, world.now))


def nairobi(world: World, name: str) -> CommunityOffer:
    return offers(world, name).communities[0]


def seats(world: World, name: str) -> tuple[int, int]:
    """How many there are in her eyes, and how many are left."""
    allowances = nairobi(world, name).allowances
    [shared] = [a for a in allowances if a.scope is LimitScope.COMMUNITY]
    return shared.limit, shared.left


def test_what_it_needs_is_first_and_marked_from_the_warming_to_the_end(world: World) -> None:
    workshop = a_workshop(world, MORNING, profile="maps", size="large")
    register(world, workshop, ["bo"])
    hours = {}
    for now in ("08:39", "08:40", "09:59", "10:00"):
        world.now = at(f"2026-11-24T{now}+03:00")
        found = nairobi(world, "bo")
        selected = offers(world, "bo").selected
        assert selected is not None
        hours[now] = (found.profiles[0].profile.slug, selected.profile, selected.size)
        assert (found.workshop == workshop) is (now in {"08:40", "09:59"})
    need = ("maps", "maps", "large")
    usual = ("python", "python", "small")
    assert hours == {"08:39": usual, "08:40": need, "09:59": need, "10:00": usual}


def test_the_end_that_people_read_is_that_of_the_day(world: World) -> None:
    hours = ("2026-11-24", "09:00", "12:00"), ("2026-11-24", "13:00", "17:00")
    register(world, a_workshop(world, *hours, ("2026-11-25", "09:00", "10:00")), ["bo"])
    world.now = at("2026-11-24T12:30+03:00")
    assert nairobi(world, "bo").until == at("2026-11-24T17:00+03:00")


def test_what_she_had_chosen_before_is_remembered_afterwards(world: World) -> None:
    before = Choice("nairobi", "python", "small", "notebook")
    world.sign_in("kofi")
    world.start("kofi", **before.as_options())
    world.stop("kofi")
    workshop = a_workshop(world, MORNING, profile="maps", size="small")
    register(world, workshop, ["kofi"])
    world.now = at("2026-11-24T08:59+03:00")
    seen_through_the_same = Choice("nairobi", "maps", "small", "notebook")
    assert warm(world, workshop, "kofi").choice == seen_through_the_same
    world.stop("kofi")
    world.start("kofi", community="nairobi", profile="maps", size="small")
    world.stop("kofi")
    # A program that says nothing gets what the workshop needs, too.
    assert world.start("kofi").choice.profile == "maps"
    world.stop("kofi")
    world.now = at("2026-11-24T10:00+03:00")
    assert offers(world, "kofi").selected == before


def test_who_chooses_something_else_gets_it_and_finds_it_again(world: World) -> None:
    register(world, a_workshop(world, MORNING, profile="maps", size="small"), ["bo"])
    world.now = at("2026-11-24T09:00+03:00")
    other = Choice("nairobi", "python", "small", "notebook")
    assert world.start("bo", **other.as_options()).choice == other
    world.now = at("2026-11-24T10:00+03:00")
    assert offers(world, "bo").selected == other


def test_its_people_have_room_of_their_own_and_nobody_else_gets_it(world: World) -> None:
    register(world, a_workshop(world, MORNING, seats=2), ["bo", "dayo", "efua", "femi", "gift"])
    for name in ("kofi", "lucia", "amina"):
        world.sign_in(name)
    world.now = at("2026-11-24T09:00+03:00")
    assert (seats(world, "bo"), seats(world, "kofi")) == ((4, 4), (2, 2))
    world.start("bo")
    world.start("dayo")
    assert (seats(world, "efua"), seats(world, "kofi")) == ((4, 2), (4, 2))
    world.start("kofi")
    world.start("efua")
    # Now the two seats of the community are taken, by one of hers and one of theirs.
    assert isinstance(world.admit("lucia"), Denied)
    assert isinstance(world.admit("femi"), Denied)
    # One of theirs goes: what is free again is the seat that they had of the community's.
    world.stop("bo")
    world.start("lucia")
    assert isinstance(world.admit("femi"), Denied)
    world.stop("dayo")
    assert isinstance(world.admit("amina"), Denied)
    world.start("femi")


def test_when_it_is_over_the_room_is_gone_and_nobody_is_stopped_for_it(world: World) -> None:
    register(world, a_workshop(world, MORNING, seats=2), ["kofi", "lucia"])
    world.sign_in("amina")
    world.now = at("2026-11-24T09:00+03:00")
    world.start("kofi")
    world.start("lucia")
    assert not isinstance(world.admit("amina"), Denied)
    world.now = at("2026-11-24T10:00+03:00")
    assert seats(world, "amina") == (2, 0)
    assert [n.reason for n in enforce(world).given if n.reason is Reason.QUOTA] == []


def test_rooms_of_two_workshops_add_up_and_are_not_lent(world: World) -> None:
    register(world, a_workshop(world, MORNING, seats=1), ["bo", "dayo"])
    register(world, a_workshop(world, MORNING, seats=1), ["efua"], code="K7MP4QRY")
    for name in ("kofi", "lucia"):
        world.sign_in(name)
    world.now = at("2026-11-24T09:00+03:00")
    for name in ("kofi", "lucia", "bo"):
        world.start(name)
    assert isinstance(world.admit("dayo"), Denied)
    assert not isinstance(world.admit("efua"), Denied)


def test_each_may_run_the_one_server_that_it_needs_however_large(world: World) -> None:
    register(world, a_workshop(world, MORNING, profile="python", size="large"), ["bo"])
    world.sign_in("kofi")
    world.now = at("2026-11-24T09:00+03:00")
    assert isinstance(world.admit("kofi", community="nairobi", size="large"), Denied)
    assert not isinstance(world.admit("bo"), Denied)
    assert isinstance(world.admit("bo", "second", size="small"), Denied)


def test_of_two_workshops_of_a_day_the_one_that_is_on_counts(world: World) -> None:
    first = a_workshop(world, MORNING)
    second = a_workshop(world, ("2026-11-24", "14:00", "15:00"))
    register(world, first, ["bo"])
    register(world, second, ["bo"], code="K7MP4QRY")
    for now, its in (("09:30", first), ("14:30", second)):
        world.now = at(f"2026-11-24T{now}+03:00")
        assert world.start("bo").workshop_id == its.workshop_id
        world.stop("bo")


def test_its_own_budget_holds_for_its_people_alone(world: World) -> None:
    # A server costs 60 an hour, and a quarter of an hour is held for each.
    money = {"budget_micros": 40_000_000}
    plan = a_workshop(world, MORNING, **money).plan
    world.do(lambda uow: uow.workshops.change(1, plan, "KES", None, world.now))
    workshop = world.do(lambda uow: uow.workshops.get(1))
    assert workshop is not None
    register(world, workshop, ["bo", "dayo", "efua"])
    world.sign_in("kofi")
    world.now = at("2026-11-24T09:00+03:00")
    world.start("bo")
    world.start("dayo")
    refused = world.admit("efua")
    assert isinstance(refused, Denied)
    assert isinstance(refused.allowance, Allowance)
    found = refused.allowance
    assert (found.scope, found.unit, found.limit) == (LimitScope.WORKSHOP, Unit.MONEY, 40_000_000)
    world.policy = replace(
        world.policy,
        communities=(replace(world.policy.communities[0], limits=()),),
        enforcement=Enforcement(admits_without=True),
    )
    assert not isinstance(world.admit("kofi"), Denied)
    world.later(minutes=6)
    told = {world.session(n.session_id).key.user_name for n in enforce(world).given}
    assert told == {"bo", "dayo"}


def test_a_community_without_workshops_is_asked_about_them_once(world: World) -> None:
    world.sign_in("kofi")
    engine = world.store._database.writer
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    asked = Choice("nairobi", "python", "small", "lab")
    world.start("kofi", **asked.as_options())
    assert sum("workshops" in statement and "first_on" in statement for statement in said) == 1


def test_of_two_workshops_a_day_the_one_that_a_server_belongs_to_pays(world: World) -> None:
    """And not the one that began last, which is not on yet."""
    course = a_workshop(world, ("2026-11-23", "09:00", "10:00"), MORNING, budget_micros=40_000_000)
    evening = a_workshop(world, ("2026-11-24", "18:00", "19:00"), budget_micros=400_000_000)
    for each in (course, evening):
        number, plan = each.workshop_id, each.plan
        world.do(
            lambda uow, number=number, plan=plan: uow.workshops.change(
                number, plan, "KES", None, world.now
            )
        )
    register(world, course, ["bo"])
    register(world, evening, ["bo"], code="K7MP4QRY")
    world.now = at("2026-11-24T09:00+03:00")
    session = world.start("bo")
    assert session.workshop_id == course.workshop_id
    world.now = at("2026-11-24T09:50+03:00")
    assert [notice.reason for notice in enforce(world).given] == [Reason.QUOTA]


def test_what_is_warmed_before_midnight_is_the_workshops_of_tomorrow_for_the_enforcer_too(
    world: World,
) -> None:
    hours = Limit(LimitScope.WORKSHOP, Unit.CPU_HOURS, Window.DAY, 18 * 60_000)
    nairobi = replace(world.policy.communities[0], limits=(SEATS, OWN_CPU, hours))
    world.policy = replace(world.policy, communities=(nairobi,))
    workshop = a_workshop(world, ("2026-11-25", "00:10", "01:00"), seats=1)
    register(world, workshop, ["bo"])
    world.sign_in("kofi")
    world.now = at("2026-11-24T23:50+03:00")
    world.start("kofi")
    session = warm(world, workshop, "bo")
    assert session.workshop_id == workshop.workshop_id

    def as_who_starts(person_id: int) -> Standing:
        return world.do(lambda uow: standing(uow, world.policy, nairobi, person_id, world.now))

    for now in ("2026-11-24T23:52+03:00", "2026-11-25T00:00+03:00"):
        world.now = at(now)
        of_all = world.do(lambda uow: standings(uow, world.policy, nairobi, world.now))
        assert len(of_all) == 2
        assert of_all == {owning: as_who_starts(owning[0]) for owning in of_all}
    world.now = at("2026-11-24T23:53+03:00")
    told = [(world.session(n.session_id).key.user_name, n.reason) for n in enforce(world).given]
    assert told == [("bo", Reason.QUOTA)]


def test_the_budget_of_the_community_is_not_touched_by_a_workshop_in_another_currency(
    world: World,
) -> None:
    plan = a_workshop(world, MORNING, budget_micros=1).plan
    world.do(lambda uow: uow.workshops.change(1, plan, "USD", None, world.now))
    workshop = world.do(lambda uow: uow.workshops.get(1))
    assert workshop is not None
    community = replace(world.policy.communities[0], budget=Budget(600_000_000))
    world.policy = replace(world.policy, communities=(community,))
    register(world, workshop, ["bo"])
    world.now = at("2026-11-24T09:00+03:00") + timedelta(minutes=1)
    assert not isinstance(world.admit("bo"), Denied)
