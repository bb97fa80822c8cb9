"""Limits over time hold while servers run: notice, keeping one, the stop, and what is said then."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.bounds import Keeping
from catalyst_hub.core.budget import Budget, Steps
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.exemption import Asked
from catalyst_hub.core.keeping import KeepRefusal
from catalyst_hub.core.notice import Notice, Reason, Verdict
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Unit
from catalyst_hub.core.session import EndReason, Session
from catalyst_hub.core.standing import standing, standings
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.dismiss_notice import dismiss_notice
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.keep_server import keep_server
from catalyst_hub.usecases.list_due_notices import list_due_notices
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.show_notices import NoticesView, show_notices
from tests.usecases.world import NAIROBI, World

#: Two hours of servers a day for each, six for all.
HOURS_OF_ONE = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.DAY, 2 * HOUR_MS)
HOURS_OF_ALL = Limit(LimitScope.COMMUNITY, Unit.SERVER_HOURS, Window.DAY, 6 * HOUR_MS)
GPU_HOURS = Limit(LimitScope.COMMUNITY, Unit.GPU_HOURS, Window.DAY, 0)
#: An hour of a small server costs 60 shillings.
AN_HOUR = Budget(60_000_000)


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    limit(world, HOURS_OF_ONE)
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def limit(
    world: World, *limits: Limit, budget: Budget | None = None, keeping: Keeping | None = None
) -> None:
    nairobi = replace(NAIROBI, limits=limits, budget=budget, keeping=keeping or Keeping())
    enforcement = Enforcement(admits_without=True)
    world.policy = replace(world.policy, communities=(nairobi,), enforcement=enforcement)


def enforce(world: World) -> Verdict:
    return world.do(lambda uow: enforce_limits(uow, world.policy, world.now))


def told(world: World) -> dict[str, Notice]:
    """The open notices by whose server it is."""
    return {
        world.session(session_id).key.user_name: notice
        for session_id, notice in world.do(lambda uow: uow.notices.of_live()).items()
    }


def shown(world: World, name: str) -> NoticesView:
    return world.do(lambda uow: show_notices(uow, world.policy, name, world.now))


def keep(world: World, session: Session, reason: str = "quota") -> KeepRefusal | None:
    name, number = session.key.user_name, session.session_id
    return world.do(lambda uow: keep_server(uow, world.policy, name, number, reason, world.now))


def stop_what_is_due(world: World) -> list[str]:
    """As the stopper does, and the Hub after it."""
    stopped = []
    for session in world.do(lambda uow: list_due_notices(uow, world.now)):
        if world.confirm(session):
            world.stop(session.key.user_name, session.key.server_name)
            stopped.append(session.key.user_name)
    return stopped


def test_a_limit_that_is_used_up_gives_notice_and_the_hold_pays_for_it(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=1, minutes=44)
    assert enforce(world) == Verdict()
    world.later(minutes=1)
    [notice] = enforce(world).given
    assert notice.reason is Reason.QUOTA
    assert notice.facts == {
        "scope": "person",
        "unit": "server_hours",
        "window": "day",
        "again_at": "2026-11-21T21:00:00+00:00",
    }
    world.later(minutes=1)
    assert enforce(world) == Verdict(), "nothing is told anew as time goes by"
    world.later(minutes=-1)
    assert notice.stop_at == world.now + timedelta(minutes=10)
    world.later(minutes=9, seconds=59)
    assert stop_what_is_due(world) == []
    world.later(seconds=1)
    assert stop_what_is_due(world) == ["kofi"]
    ended = world.session(session.session_id)
    assert ended.end_reason is EndReason.QUOTA
    assert world.charged_ms() <= 2 * HOUR_MS
    assert world.audited()[-3:] == ["notice:given", "server:stop-asked", "session:ended"]


def test_looking_again_changes_nothing_and_a_rehearsal_nothing_at_all(world: World) -> None:
    world.start("kofi")
    world.later(hours=2)
    rehearsed = world.do(
        lambda uow: enforce_limits(uow, world.policy, world.now, is_rehearsal=True)
    )
    assert told(world) == {}
    assert enforce(world) == rehearsed
    assert enforce(world) == Verdict()
    assert world.audited().count("notice:given") == 1


def test_a_persons_limit_stops_all_of_hers_and_nobody_elses(world: World) -> None:
    world.start("kofi")
    world.start("kofi", "second")
    world.start("lucia")
    world.later(hours=1)
    assert {n.session_id for n in enforce(world).given} == {
        s.session_id
        for s in world.do(lambda uow: uow.sessions.all_live())
        if s.key.user_name == "kofi"
    }


def test_a_communitys_limit_stops_all_of_its_servers(world: World) -> None:
    limit(world, HOURS_OF_ALL)
    for name in ("kofi", "lucia", "amina"):
        world.start(name)
    world.later(hours=1, minutes=45)
    assert len(enforce(world).given) == 3
    assert set(told(world)) == {"kofi", "lucia", "amina"}


def test_a_limit_of_which_a_server_takes_nothing_does_not_stop_it(world: World) -> None:
    limit(world, GPU_HOURS)
    world.start("kofi")
    world.later(hours=1)
    assert enforce(world) == Verdict()


def test_a_limit_of_one_profile_leaves_servers_of_others_alone(world: World) -> None:
    other = replace(NAIROBI.profiles[0], slug="r")
    nairobi = replace(
        NAIROBI,
        limits=(replace(HOURS_OF_ONE, profile="r"),),
        budget=None,
        profiles=(*NAIROBI.profiles, other),
    )
    world.policy = replace(world.policy, communities=(nairobi,))
    world.start("kofi", profile="python")
    in_r = world.start("kofi", "second", profile="r")
    world.later(hours=2)
    assert [notice.session_id for notice in enforce(world).given] == [in_r.session_id]


def test_a_limit_of_a_workshop_leaves_other_servers_alone(world: World) -> None:
    today = local_day(world.now, "Africa/Nairobi")
    plan = Plan("Plants", today, today)
    workshop = world.do(lambda uow: uow.workshops.add("nairobi", plan, "amina", world.now))
    lucia = world.do(lambda uow: uow.people.by_name("lucia"))
    assert lucia is not None
    number, who = workshop.workshop_id, lucia.person_id
    world.do(lambda uow: uow.workshops.appoint(number, who, "amina", world.now))
    limit(world, Limit(LimitScope.WORKSHOP, Unit.SERVER_HOURS, Window.WORKSHOP, HOUR_MS))
    world.start("kofi")
    in_workshop = world.start("lucia")
    world.later(minutes=45)
    assert [notice.session_id for notice in enforce(world).given] == [in_workshop.session_id]


def test_a_pending_start_is_left_to_come_up(world: World) -> None:
    world.start("kofi")
    world.later(hours=1, minutes=30)
    world.reserve("kofi", "second")
    assert len(enforce(world).given) == 1
    assert world.do(lambda uow: give_notices(uow, world.policy, world.now)).called_off == ()


def test_a_spent_budget_drains_the_community_and_says_so(world: World) -> None:
    limit(world, budget=AN_HOUR)
    session = world.start("kofi")
    world.later(minutes=45)
    [notice] = enforce(world).given
    assert notice.reason is Reason.BUDGET
    world.later(minutes=10)
    assert stop_what_is_due(world) == ["kofi"]
    assert world.session(session.session_id).end_reason is EndReason.BUDGET


def test_a_budget_without_its_last_step_stops_nothing(world: World) -> None:
    limit(world, budget=replace(AN_HOUR, steps=Steps(drain=None)))
    world.start("kofi")
    world.later(hours=3)
    assert enforce(world) == Verdict()


def test_a_limit_that_is_raised_withdraws_the_notice(world: World) -> None:
    world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    limit(world, replace(HOURS_OF_ONE, amount=4 * HOUR_MS))
    assert len(enforce(world).withdrawn) == 1
    assert told(world) == {}
    assert world.audited()[-1] == "notice:withdrawn"


def test_an_exception_at_the_very_last_moment_spares_the_server(world: World) -> None:
    world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    world.later(minutes=10)
    today = local_day(world.now, "Africa/Nairobi")
    asked = Asked("kofi", Unit.SERVER_HOURS, Window.DAY, HOUR_MS, today, "exam")
    person = world.do(lambda uow: uow.people.by_name("kofi"))
    assert person is not None
    number, later = person.person_id, world.now + timedelta(days=1)
    world.do(lambda uow: uow.exemptions.add("nairobi", number, asked, "amina", world.now, later))
    assert stop_what_is_due(world) == []
    assert told(world) == {}


def test_a_new_day_withdraws_the_notice_of_the_old(world: World) -> None:
    world.later(hours=10)
    world.start("kofi")
    world.later(hours=1, minutes=50)
    enforce(world)
    assert set(told(world)) == {"kofi"}
    world.later(minutes=11)
    assert stop_what_is_due(world) == []
    assert told(world) == {}


def test_a_clock_that_is_set_back_gives_no_more_time_than_was_told(world: World) -> None:
    world.start("kofi")
    world.later(hours=2)
    enforce(world)
    world.later(hours=-1)
    limit(world, replace(HOURS_OF_ONE, amount=HOUR_MS))
    enforce(world)
    assert told(world)["kofi"].stop_at == world.now + timedelta(minutes=10)


def test_where_limits_stand_is_the_same_for_all_at_once_as_one_by_one(world: World) -> None:
    seats = Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 9)
    own = Limit(LimitScope.PERSON, Unit.CPU_HOURS, Window.ROLLING, 9 * HOUR_MS, days=3)
    limit(world, seats, HOURS_OF_ONE, HOURS_OF_ALL, own, budget=Budget(600_000_000))
    for name in ("kofi", "lucia"):
        world.start(name)
        world.later(minutes=7)
    world.start("kofi", "second")
    world.later(minutes=7)
    (nairobi,) = world.policy.communities
    of_all = world.do(lambda uow: standings(uow, world.policy, nairobi, world.now))
    one_by_one = {
        (number, None): world.do(
            lambda uow, n=number: standing(uow, world.policy, nairobi, n, world.now)
        )
        for number, _ in of_all
    }
    assert len(of_all) == 2
    assert of_all == one_by_one


# --- keeping it ------------------------------------------------------------------------------


def test_a_server_can_be_kept_once_half_an_hour(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=1, minutes=45)
    [notice] = enforce(world).given
    (row,) = shown(world, "kofi").told.values()
    assert row.keep is not None
    assert (row.keep.until, row.keep.left) == (notice.stop_at + timedelta(minutes=30), 1)
    assert keep(world, session) is None
    assert told(world)["kofi"].stop_at == notice.stop_at + timedelta(minutes=30)
    assert world.audited()[-1] == "server:kept"
    assert keep(world, session) is KeepRefusal.USED_UP
    assert shown(world, "kofi").told[""].keep is None
    assert enforce(world) == Verdict()
    world.later(minutes=39)
    assert stop_what_is_due(world) == []
    world.later(minutes=1)
    assert stop_what_is_due(world) == ["kofi"]


def test_somebody_elses_server_is_not_kept(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=2)
    enforce(world)
    number = session.session_id
    refusal = world.do(
        lambda uow: keep_server(uow, world.policy, "lucia", number, "quota", world.now)
    )
    assert refusal is KeepRefusal.NO_NOTICE


def test_nothing_is_spent_beyond_the_budget_unless_the_operator_says_so(world: World) -> None:
    limit(world, budget=AN_HOUR)
    session = world.start("kofi")
    world.later(minutes=45)
    enforce(world)
    assert shown(world, "kofi").told[""].keep is None
    assert keep(world, session, "budget") is KeepRefusal.NOT_FOR_THIS
    limit(world, budget=AN_HOUR, keeping=Keeping(money_times=1))
    assert keep(world, session, "budget") is None


def test_a_limit_on_money_of_ones_own_is_not_exceeded_either(world: World) -> None:
    money = Limit(LimitScope.PERSON, Unit.MONEY, Window.DAY, 60_000_000)
    limit(world, money, replace(HOURS_OF_ONE, window=Window.MONTH, amount=HOUR_MS))
    session = world.start("kofi")
    world.later(minutes=45)
    enforce(world)
    assert keep(world, session) is KeepRefusal.NOT_FOR_THIS


def test_a_server_is_not_kept_when_the_budget_was_spent_a_moment_ago(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    limit(world, HOURS_OF_ONE, budget=AN_HOUR)
    assert keep(world, session) is KeepRefusal.NOT_FOR_THIS
    assert told(world)["kofi"].reason is Reason.BUDGET


def test_a_server_is_not_kept_by_whoever_was_taken_out(world: World) -> None:
    session = world.start("kofi")
    work = world.policy, "nairobi", "kofi", "amina", world.now
    assert world.do(lambda uow: remove_member(uow, *work)) is None
    for reason in ("removed", "quota"):
        assert keep(world, session, reason) is KeepRefusal.NOT_FOR_THIS


def test_what_was_told_is_over_once_it_is_due(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    world.later(minutes=10)
    assert keep(world, session) is KeepRefusal.TOO_LATE


def test_two_reasons_keep_out_of_each_others_way(world: World) -> None:
    world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    assert world.do(lambda uow: give_notices(uow, world.policy, world.now)) == Verdict()
    assert set(told(world)) == {"kofi"}


# --- afterwards ------------------------------------------------------------------------------


def stop_for_quota(world: World) -> Session:
    session = world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    world.later(minutes=10)
    assert stop_what_is_due(world) == ["kofi"]
    return session


def test_the_reason_is_shown_until_it_was_read(world: World) -> None:
    session = stop_for_quota(world)
    (ended, notice) = shown(world, "kofi").stopped[""]
    assert (ended.session_id, notice.reason) == (session.session_id, Reason.QUOTA)
    assert notice.asked_at == world.now
    assert shown(world, "lucia").stopped == {}
    world.do(lambda uow: dismiss_notice(uow, "lucia", session.session_id, world.now))
    assert set(shown(world, "kofi").stopped) == {""}
    world.do(lambda uow: dismiss_notice(uow, "kofi", session.session_id, world.now))
    assert shown(world, "kofi").stopped == {}


def test_the_reason_is_shown_until_the_next_start(world: World) -> None:
    stop_for_quota(world)
    world.later(days=1)
    world.start("kofi")
    assert shown(world, "kofi").stopped == {}


def test_who_stops_her_own_server_in_time_reads_nothing_of_it(world: World) -> None:
    session = world.start("kofi")
    world.later(hours=1, minutes=45)
    enforce(world)
    world.stop("kofi")
    assert world.session(session.session_id).end_reason is EndReason.STOPPED
    assert shown(world, "kofi").stopped == {}
