"""Starts against limits of profiles, workshops, rolling days and totals, on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.grounds import limits_judge
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.policy import policy_at
from catalyst_hub.core.profile import Profile
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.standing import Standing, standing, standings
from catalyst_hub.core.window import Window, midnight
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.store import SqlUnitOfWork
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from catalyst_hub.usecases.show_community import show_community
from tests.usecases.world import NAIROBI, NOON, World

TODAY = date(2026, 11, 21)
PYTHON = NAIROBI.profiles[0]
R = replace(PYTHON, slug="r", title={"": "R", "es": "Erre"})


def limited(world: World, *limits: Limit, profiles: tuple[Profile, ...] = (PYTHON, R)) -> None:
    """These limits hold, and no others."""
    community = replace(NAIROBI, limits=limits, budget=None, profiles=profiles)
    world.policy = replace(world.policy, communities=(community, *world.policy.communities[1:]))


def person(unit: Unit, window: Window, amount: int, **more: object) -> Limit:
    return Limit(LimitScope.PERSON, unit, window, amount, **more)  # type: ignore[arg-type]


def used(world: World, user: str, hours: float, **options: str) -> None:
    """A server that ran for so long, and is stopped now."""
    world.start(user, **options)
    world.later(hours=hours)
    world.stop(user)


def refused(world: World, user: str, **options: str) -> Allowance:
    answer = world.admit(user, **options)
    assert isinstance(answer, Denied), answer
    assert answer.code in (Code.QUOTA_WINDOW, Code.QUOTA_AT_ONCE)
    assert answer.allowance is not None
    return answer.allowance


def stands(world: World, user: str) -> Standing:
    def look(uow):  # type: ignore[no-untyped-def]
        community = world.policy.communities[0]
        found = uow.people.by_name(user)
        return standing(uow, world.policy, community, found.person_id, world.now)

    return world.do(look)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("amina", "kofi", "lucia", "bo", "root"):
        world.sign_in(name)


# --- profiles ---


def test_a_limit_of_a_profile_holds_for_it_alone(world: World) -> None:
    limited(world, person(Unit.SERVERS, Window.AT_ONCE, 1, profile="r"))
    world.start("kofi", "one", profile="r")
    assert refused(world, "kofi", server="two", profile="r").profile == "r"
    world.start("kofi", "two", profile="python")
    world.start("kofi", "three", profile="python")


def test_a_limit_of_a_profile_over_time_counts_all_that_ran_of_it(world: World) -> None:
    shared = Limit(LimitScope.COMMUNITY, Unit.CPU_HOURS, Window.MONTH, 3 * HOUR_MS, profile="r")
    limited(world, shared, person(Unit.CPU_HOURS, Window.DAY, 2 * HOUR_MS, profile="r"))
    used(world, "kofi", 5, profile="python")
    used(world, "kofi", 1, profile="r")
    used(world, "lucia", 1, profile="r")
    both = [limit.used for limit in stands(world, "kofi").allowances]
    assert both == [2 * HOUR_MS, HOUR_MS]
    used(world, "lucia", 0.8, profile="r")
    assert refused(world, "kofi", profile="r").scope is LimitScope.COMMUNITY
    denied = world.admit("kofi", profile="r")
    assert isinstance(denied, Denied)
    assert denied.profile == R.title
    world.reserve("kofi", profile="python")


# --- rolling days, and all there ever was ---


def test_what_was_used_comes_back_after_so_many_days(world: World) -> None:
    limited(world, person(Unit.SERVER_HOURS, Window.ROLLING, 10 * HOUR_MS, days=3))
    used(world, "kofi", 6)
    world.now = NOON + timedelta(days=1)
    used(world, "kofi", 4)
    # What was used on the first day comes back at the end of the third.
    back_at = midnight(TODAY + timedelta(days=3), NAIROBI.zone)
    refusal = refused(world, "kofi")
    assert (refusal.left, refusal.resets_at) == (0, back_at)
    world.now = back_at - timedelta(milliseconds=1)
    assert refused(world, "kofi").resets_at == back_at
    world.now = back_at
    world.start("kofi")
    (stand,) = stands(world, "kofi").allowances
    assert (stand.used, stand.held) == (4 * HOUR_MS, HOUR_MS // 4)


def test_a_larger_size_may_have_to_wait_longer_for_rolling_days(world: World) -> None:
    limited(world, person(Unit.CPU_HOURS, Window.ROLLING, 10 * HOUR_MS, days=3))
    used(world, "kofi", 0.5)
    world.now = NOON + timedelta(days=1)
    used(world, "kofi", 9.5 / 4, size="large")
    # A start sets aside a quarter of an hour: of one CPU, or of four.
    for size, days in (("small", 3), ("large", 4)):
        fits_at = midnight(TODAY + timedelta(days=days), NAIROBI.zone)
        assert refused(world, "kofi", size=size).resets_at == fits_at
    world.now = midnight(TODAY + timedelta(days=3), NAIROBI.zone)
    refused(world, "kofi", size="large")
    world.reserve("kofi", size="small")


def test_a_total_counts_for_ever_or_from_a_day_on(world: World) -> None:
    limited(world, person(Unit.SERVER_HOURS, Window.TOTAL, 6 * HOUR_MS))
    for _ in range(3):
        used(world, "kofi", 2)
        world.later(days=200)
    refusal = refused(world, "kofi")
    assert (refusal.used, refusal.resets_at) == (6 * HOUR_MS, None)
    since = (world.now - timedelta(days=300)).date()
    limited(world, person(Unit.SERVER_HOURS, Window.TOTAL, 6 * HOUR_MS, since_on=since))
    assert [limit.used for limit in stands(world, "kofi").allowances] == [2 * HOUR_MS]


def test_the_tightest_of_several_is_the_one_that_is_named(world: World) -> None:
    limited(
        world,
        person(Unit.SERVERS, Window.AT_ONCE, 0),
        person(Unit.SERVER_HOURS, Window.DAY, HOUR_MS),
        person(Unit.SERVER_HOURS, Window.ROLLING, HOUR_MS, days=30),
        person(Unit.SERVER_HOURS, Window.MONTH, HOUR_MS),
    )
    quick = world.policy
    limited(world)
    used(world, "kofi", 1)
    world.policy = quick
    assert refused(world, "kofi").window is Window.AT_ONCE  # nothing starts, ever
    no_seats, *others = quick.communities[0].limits
    limited(world, replace(no_seats, amount=1), *others)
    named = refused(world, "kofi")
    assert (named.window, named.days) == (Window.ROLLING, 30)


@pytest.mark.parametrize(
    "zone",
    [
        *("Africa/Nairobi", "America/Santiago", "America/Sao_Paulo", "Africa/Johannesburg"),
        *("America/Asuncion", "Australia/Lord_Howe"),
    ],
)
@pytest.mark.parametrize(
    "now",
    [
        # Spring and autumn changes of the zones above, and the end of a leap February.
        *(datetime(2026, 4, 4, 22, tzinfo=UTC), datetime(2026, 9, 5, 22, tzinfo=UTC)),
        *(datetime(2026, 10, 3, 12, tzinfo=UTC), datetime(2028, 2, 28, 20, tzinfo=UTC)),
    ],
)
def test_use_over_a_change_of_clocks_or_the_end_of_a_month_adds_up(
    world: World, zone: str, now: datetime
) -> None:
    rules = (
        person(Unit.SERVER_HOURS, Window.ROLLING, 100 * HOUR_MS, days=10),
        person(Unit.SERVER_HOURS, Window.TOTAL, 100 * HOUR_MS),
    )
    community = replace(NAIROBI, limits=rules, budget=None, zone=zone)
    world.policy = replace(world.policy, communities=(community, *world.policy.communities[1:]))
    world.now = now
    world.start("kofi")
    world.later(hours=30)
    while_running = [limit.used for limit in stands(world, "kofi").allowances]
    falls_out = stands(world, "kofi").allowances[0].falls_out
    world.stop("kofi")
    afterwards = stands(world, "kofi").allowances
    assert while_running == [limit.used for limit in afterwards] == [30 * HOUR_MS] * 2
    # Closed or not, the days are the same; only what was held, today, is given back.
    *earlier, (last, amount) = falls_out
    used_today = amount - HOUR_MS // 4
    assert afterwards[0].falls_out == (*earlier, *([(last, used_today)] if used_today else []))


# --- workshops ---

OF_WORKSHOP = (
    Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 2),
    Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.DAY, 6 * HOUR_MS),
    Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.WORKSHOP, 8 * HOUR_MS),
    person(Unit.SERVER_HOURS, Window.WORKSHOP, 3 * HOUR_MS),
)


def schedule(world: World, title: str = "Maps", days: int = 2, first: date = TODAY) -> Workshop:
    plan = Plan(title, first, first + timedelta(days=days - 1))
    made = world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
    )
    assert isinstance(made, Workshop)
    return made


def invite(world: World, workshop: Workshop, *names: str) -> None:
    """They come by an invitation of the workshop."""
    code = digest("test", f"CODE{workshop.workshop_id}")
    terms = Terms(10, 7, workshop_id=workshop.workshop_id)
    world.do(
        lambda uow: create_invitation(uow, world.policy, "nairobi", code, terms, "amina", world.now)
    )
    for name in names:
        came = world.do(
            lambda uow, n=name: redeem_invitation(uow, world.policy, code, n, world.now)
        )
        assert came == "nairobi"


def test_those_who_came_by_an_invitation_of_a_workshop_and_its_instructors_take_part(
    world: World,
) -> None:
    limited(world, *OF_WORKSHOP)
    workshop = schedule(world)
    # Bo is new to the community, Lucía has belonged to it before.
    invite(world, workshop, "bo", "lucia")
    world.do(
        lambda uow: appoint_instructor(
            uow, world.policy, "nairobi", workshop.workshop_id, "kofi", "amina", world.now
        )
    )
    for name in ("bo", "lucia", "kofi"):
        assert stands(world, name).workshop_id == workshop.workshop_id
        assert len(stands(world, name).limits) == len(OF_WORKSHOP)
    # Nobody else does, not even their champion.
    for name in ("root", "amina"):
        assert stands(world, name) == Standing((), (), stands(world, name).hold_ms)
    session = world.start("bo")
    assert world.session(session.session_id).workshop_id == workshop.workshop_id
    assert world.session(world.start("amina").session_id).workshop_id is None


def test_the_limits_of_a_workshop_are_shared_by_those_who_take_part(world: World) -> None:
    limited(world, *OF_WORKSHOP)
    workshop = schedule(world)
    invite(world, workshop, "bo", "lucia")
    world.start("kofi")
    world.start("bo", "one")
    world.start("bo", "two")
    seats = refused(world, "lucia", server="")
    assert (seats.scope, seats.window, seats.workshop) == (
        LimitScope.WORKSHOP, Window.AT_ONCE, "Maps",
    )  # fmt: skip
    world.later(hours=1)
    world.stop("bo", "one")
    world.later(hours=1)
    # Two hours of one server and one of the other: her own share is spent, not the workshop's.
    hers = refused(world, "bo", server="three")
    assert (hers.scope, hers.window, hers.used) == (
        LimitScope.PERSON, Window.WORKSHOP, 3 * HOUR_MS,
    )  # fmt: skip
    assert hers.resets_at == workshop.ends_at(NAIROBI.zone)
    world.start("lucia")
    today, whole = stands(world, "lucia").allowances[1:3]
    assert today.used == whole.used == 3 * HOUR_MS


def test_a_workshop_counts_from_its_first_day_to_its_last(world: World) -> None:
    limited(world, *OF_WORKSHOP)
    workshop = schedule(world, first=TODAY + timedelta(days=1), days=1)
    invite(world, workshop, "bo")
    before = world.start("bo")
    assert before.workshop_id is None
    world.stop("bo")
    world.now = midnight(workshop.first_on, NAIROBI.zone)
    used(world, "bo", 2)
    assert [limit.used for limit in stands(world, "bo").allowances][-1] == 2 * HOUR_MS
    world.now = workshop.ends_at(NAIROBI.zone)
    assert stands(world, "bo").workshop_id is None
    assert world.start("bo").workshop_id is None


def test_by_week_month_or_last_days_a_workshop_counts_its_own_alone_and_ends_with_itself(
    world: World,
) -> None:
    """Today is a Saturday, and the workshop goes on until Tuesday."""
    kinds = ((Window.WEEK, 0), (Window.MONTH, 0), (Window.ROLLING, 7))
    limited(
        world,
        *(
            Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, window, 3 * HOUR_MS, days=days)
            for window, days in kinds
        ),
    )
    workshop = schedule(world, days=4)
    over_at = workshop.ends_at(NAIROBI.zone)
    invite(world, workshop, "bo", "lucia")
    world.start("kofi")
    used(world, "bo", 3)
    stand = stands(world, "lucia").allowances
    assert [limit.used for limit in stand] == [3 * HOUR_MS] * 3
    monday = midnight(TODAY + timedelta(days=2), NAIROBI.zone)
    assert [limit.resets_at for limit in stand] == [monday, over_at, over_at]
    assert refused(world, "lucia").resets_at == over_at
    world.now = monday
    assert [limit.used for limit in stands(world, "lucia").allowances] == [0, *[3 * HOUR_MS] * 2]


def test_champions_see_the_limits_of_each_workshop_that_takes_place(world: World) -> None:
    limited(world, *OF_WORKSHOP, Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 9))
    maps, _, _ = schedule(world, "Maps"), schedule(world, "Data"), schedule(world, "Gone")
    gone = world.do(lambda uow: uow.workshops.of("nairobi"))[0].workshop_id
    world.do(lambda uow: cancel_workshop(uow, "nairobi", gone, "amina", world.now))
    invite(world, maps, "bo")
    world.start("bo")
    view = world.do(lambda uow: show_community(uow, world.policy, "nairobi", world.now))
    assert view is not None
    seats = {a.workshop: a.used for a in view.allowances if a.window is Window.AT_ONCE}
    assert seats == {"": 1, "Maps": 1, "Data": 0}
    assert len(view.allowances) == 1 + 2 * 3


def test_a_cancelled_workshop_limits_nobody(world: World) -> None:
    limited(world, *OF_WORKSHOP)
    workshop = schedule(world)
    invite(world, workshop, "bo")
    number = workshop.workshop_id
    world.do(lambda uow: cancel_workshop(uow, "nairobi", number, "amina", world.now))
    assert stands(world, "bo").limits == ()


def test_of_two_workshops_at_a_time_the_one_that_began_last_counts(world: World) -> None:
    limited(world, *OF_WORKSHOP)
    long = schedule(world, "Long", days=20)
    world.later(days=3)
    short = schedule(world, "Short", days=2, first=TODAY + timedelta(days=3))
    invite(world, short, "bo")
    invite(world, long, "bo")
    assert stands(world, "bo").workshop_id == short.workshop_id
    world.later(days=2)
    assert stands(world, "bo").workshop_id == long.workshop_id


def test_of_two_servers_each_is_held_to_the_limits_of_its_own_workshop(world: World) -> None:
    """And not both to those of one of them."""
    limited(world, person(Unit.SERVER_HOURS, Window.WORKSHOP, 2 * HOUR_MS))
    long = schedule(world, "Long", days=20)
    invite(world, long, "bo")
    first = world.start("bo", "first")
    world.later(days=1)
    short = schedule(world, "Short", days=2, first=TODAY + timedelta(days=1))
    invite(world, short, "bo")
    second = world.start("bo", "second")
    assert (first.workshop_id, second.workshop_id) == (long.workshop_id, short.workshop_id)
    policy = policy_at(world.policy, world.now)

    def stopped(uow: SqlUnitOfWork) -> set[str]:
        both = (first, second)
        ground_of = limits_judge(uow, policy, both, world.now)
        return {each.key.server_name for each in both if ground_of(each)}

    assert world.do(stopped) == {"first"}
    world.later(hours=2)
    assert world.do(stopped) == {"first", "second"}


# --- everybody at once ---


def test_the_standings_of_all_are_those_of_each(world: World) -> None:
    limited(
        world,
        *OF_WORKSHOP,
        Limit(LimitScope.COMMUNITY, Unit.CPU_HOURS, Window.WEEK, 90 * HOUR_MS),
        person(Unit.CPU_HOURS, Window.ROLLING, 9 * HOUR_MS, days=7),
        person(Unit.SERVER_HOURS, Window.TOTAL, 50 * HOUR_MS),
        person(Unit.SERVERS, Window.AT_ONCE, 3, profile="r"),
    )
    maps, data = schedule(world, "Maps"), schedule(world, "Data")
    invite(world, maps, "bo")
    invite(world, data, "lucia")
    for hours, name in enumerate(("kofi", "bo", "lucia", "amina"), start=1):
        used(world, name, hours / 2)
    for name in ("kofi", "bo", "lucia"):
        world.start(name, profile="r")
        world.later(minutes=20)
    community = world.policy.communities[0]
    found = world.do(lambda uow: standings(uow, world.policy, community, world.now))
    people = {
        name: world.do(lambda uow, n=name: uow.people.by_name(n))
        for name in ("kofi", "bo", "lucia")
    }
    # Amina runs nothing, so there is nothing of hers to enforce.
    assert {person_id for person_id, _ in found} == {p.person_id for p in people.values() if p}
    for name, each in people.items():
        assert each is not None
        taught = stands(world, name).workshop_id
        assert found[each.person_id, taught] == stands(world, name)
