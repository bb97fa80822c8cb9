"""Servers that nobody uses, from the first notice to the stop, with a clock set by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.event import listen

from catalyst_hub.core.bounds import Keeping
from catalyst_hub.core.culling_rules import Culling, CullingPart, CullingRules, Schedule, Span
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.enforcement import HUB_OPENED
from catalyst_hub.core.keeping import KeepRefusal
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.notice import Notice, Reason, Verdict
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.session import EndReason, Session
from catalyst_hub.core.spare import Wish
from catalyst_hub.core.trust import HUB_READY
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import Window, local_day
from catalyst_hub.core.workshop import Nights, Plan
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.keep_server import keep_server
from catalyst_hub.usecases.list_due_notices import list_due_notices
from catalyst_hub.usecases.show_notices import show_notices
from tests.support.sessions import a_session, running
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
#: Kenya is three hours ahead: this world begins at noon there.
ZONE = "Africa/Nairobi"


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    ruled(world, CullingRules())
    for name in ("amina", "kofi", "lucia"):
        world.sign_in(name)


def ruled(world: World, rules: CullingRules, times: int = 1, *schedules: Schedule) -> None:
    """One community whose servers are stopped by these rules, and by no quota."""
    culling, keeping = Culling(CullingPart(rules, schedules)), Keeping(times=times)
    nairobi = replace(NAIROBI, culling=culling, keeping=keeping, limits=(), budget=None)
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))


def passes(world: World, minutes: int, *, works: bool = False) -> Verdict:
    """Minutes in which an observer looks, and then the enforcer."""
    for _ in range(minutes):
        world.later(minutes=1)
        activity = {} if works else {"activity_at": None}
        servers = (
            replace(world.ready(s.key.user_name, s.key.server_name), **activity)
            for s in world.do(lambda uow: uow.sessions.all_live())
        )
        world.observe(world.hub_says(*servers))
    return enforce(world)


def enforce(world: World) -> Verdict:
    return world.do(lambda uow: enforce_limits(uow, world.policy, world.now))


def told(world: World) -> dict[str, tuple[Reason, int]]:
    """In how many minutes which servers stop, and why, by their owners."""
    notices = world.do(lambda uow: uow.notices.of_live())
    left = {n.session_id: round((n.stop_at - world.now) / MINUTE) for n in notices.values()}
    return {
        world.session(n.session_id).key.user_name: (n.reason, left[n.session_id])
        for n in notices.values()
    }


def test_servers_with_a_name_are_left_alone_where_the_file_says_so(world: World) -> None:
    """But for their age, and for everything that is not culling."""
    culling = Culling(CullingPart(CullingRules(max_age=Span(3 * HOUR)), named_servers=False))
    nairobi = replace(NAIROBI, culling=culling, limits=(), budget=None)
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))
    world.start("kofi", "second")
    world.start("lucia")
    passes(world, 50)
    assert told(world) == {"lucia": (Reason.IDLE, 10)}
    passes(world, 110)
    assert told(world)["kofi"] == (Reason.OVER_AGE, 20)
    hours = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.DAY, 2 * 3_600_000)
    world.policy = replace(POLICY, communities=(replace(nairobi, limits=(hours,)), CORDOBA))
    enforce(world)
    assert told(world)["kofi"][0] is Reason.QUOTA


def test_a_notice_is_taken_back_when_the_file_comes_to_spare_its_kind(world: World) -> None:
    world.start("kofi")
    passes(world, 50)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}
    nairobi = replace(
        NAIROBI, culling=Culling(CullingPart(default_servers=False)), limits=(), budget=None
    )
    world.policy = replace(world.policy, communities=(nairobi, CORDOBA))
    enforce(world)
    assert told(world) == {}


def stop_what_is_due(world: World) -> list[str]:
    stopped = []
    for session in world.do(lambda uow: list_due_notices(uow, world.now)):
        seen = replace(world.ready(session.key.user_name), activity_at=None)
        if world.confirm(session, says=world.hub_says(seen)):
            world.stop(session.key.user_name)
            stopped.append(session.key.user_name)
    return stopped


def reports(world: World, session: Session, **signs: int) -> None:
    """What the server says now: so many minutes ago."""
    at = {f"{name}_at": world.now - ago * MINUTE for name, ago in signs.items()}
    report = ServerReport(session.session_id, world.now, **at)
    world.do(lambda uow: uow.server_reports.put(report))


def keep(world: World, session: Session, reason: str = "idle") -> KeepRefusal | None:
    return world.do(
        lambda uow: keep_server(uow, world.policy, "kofi", session.session_id, reason, world.now)
    )


def mails(world: World) -> int:
    return len(world.rows("SELECT 1 FROM mails WHERE kind = 'server-notice'"))


def test_a_server_that_nobody_uses_is_told_reminded_and_stopped(world: World) -> None:
    session = world.start("kofi")
    assert passes(world, 29) == Verdict()
    [notice] = passes(world, 1).given
    assert (notice.reason, notice.stop_at) == (Reason.IDLE, session.running_at + HOUR)
    assert passes(world, 24) == Verdict()
    [again] = passes(world, 1).reminded
    assert again.reminders == 1
    assert enforce(world) == Verdict(), "once is enough"
    passes(world, 4)
    assert stop_what_is_due(world) == []
    passes(world, 1)
    assert stop_what_is_due(world) == ["kofi"]
    assert world.session(session.session_id).end_reason is EndReason.IDLE
    shown = world.do(lambda uow: show_notices(uow, world.policy, "kofi", world.now))
    assert shown.stopped[""][1].reason is Reason.IDLE


def test_by_mail_it_is_told_twice(world: World) -> None:
    world.do(lambda uow: uow.people.by_name("kofi"))
    world.sign_in("kofi", email="kofi@example.org", is_email_verified=True)
    world.start("kofi")
    passes(world, 30)
    assert mails(world) == 1
    passes(world, 25)
    assert mails(world) == 2


def test_whoever_works_again_hears_no_more_of_it(world: World) -> None:
    world.start("kofi")
    passes(world, 40)
    assert told(world) == {"kofi": (Reason.IDLE, 20)}
    [notice] = passes(world, 1, works=True).withdrawn
    assert notice.reason is Reason.IDLE
    assert told(world) == {}
    passes(world, 30)
    assert told(world) == {"kofi": (Reason.IDLE, 30)}


def test_what_is_put_off_stops_later_and_is_told_again_before(world: World) -> None:
    session = world.start("kofi")
    passes(world, 30)
    passes(world, 26)
    assert keep(world, session) is None
    assert told(world) == {"kofi": (Reason.IDLE, 34)}
    assert enforce(world) == Verdict()
    assert keep(world, session) is KeepRefusal.USED_UP
    [again] = passes(world, 29).reminded
    assert again.reminders == 1
    passes(world, 5)
    assert stop_what_is_due(world) == ["kofi"]


def test_whoever_has_worked_since_may_put_it_off_again(world: World) -> None:
    session = world.start("kofi")
    passes(world, 40)
    assert keep(world, session) is None
    passes(world, 1, works=True)
    passes(world, 40)
    assert told(world) == {"kofi": (Reason.IDLE, 20)}
    assert keep(world, session) is None


def test_a_stop_is_never_put_off_where_the_file_says_so(world: World) -> None:
    ruled(world, CullingRules(), times=0)
    session = world.start("kofi")
    passes(world, 40)
    assert keep(world, session) is KeepRefusal.NOT_FOR_THIS


def test_work_without_a_browser_keeps_a_server_and_an_open_page_alone_does_not(
    world: World,
) -> None:
    ruled(world, CullingRules(open_tab=Span(HOUR)))
    kofi, lucia = world.start("kofi"), world.start("lucia", community="nairobi")
    for _ in range(11):
        passes(world, 10, works=True)
        reports(world, kofi, worked=0)
        reports(world, lucia, open=0)
    enforce(world)
    # The Hub heard of both: an open page asks for news all the time.
    assert told(world) == {"lucia": (Reason.IDLE, 10)}


def test_when_the_server_falls_silent_what_the_hub_has_heard_counts_again(world: World) -> None:
    session = world.start("kofi")
    passes(world, 5)
    reports(world, session)
    passes(world, 40, works=True)
    assert told(world) == {}


def doubtful(world: World, reason: Reason) -> Session:
    """A server that seems idle, and that was told of something else, just after the Hub began."""
    session = world.start("kofi")
    passes(world, 29)
    at = world.now + 10 * MINUTE
    world.do(lambda uow: uow.notices.give(Notice(session.session_id, reason, world.now, at)))
    for sign in (HUB_OPENED, HUB_READY):
        world.do(lambda uow, sign=sign: uow.heartbeats.beat(sign, world.now))
    return session


def test_nobody_is_told_that_she_is_idle_in_place_of_something_else_while_that_is_doubted(
    world: World,
) -> None:
    doubtful(world, Reason.QUOTA)
    verdict = passes(world, 1)
    assert (verdict.changed, [n.reason for n in verdict.withdrawn]) == ((), [Reason.QUOTA])
    passes(world, 8)
    assert told(world) == {}
    [notice] = passes(world, 1).given
    assert notice.reason is Reason.IDLE


def test_what_is_too_old_stays_so_while_it_is_doubted_whether_it_is_idle_too(
    world: World,
) -> None:
    doubtful(world, Reason.OVER_AGE)
    assert passes(world, 1) == Verdict()
    passes(world, 8)
    assert told(world) == {"kofi": (Reason.OVER_AGE, 1)}
    [(_, new)] = passes(world, 1).changed
    assert new.reason is Reason.IDLE


def test_whoever_keeps_it_hears_of_nothing_that_is_doubted(world: World) -> None:
    session = doubtful(world, Reason.OVER_AGE)
    passes(world, 1)
    assert keep(world, session, "over-age") is None
    assert told(world) == {"kofi": (Reason.OVER_AGE, 39)}


def test_whoever_keeps_it_when_only_a_doubtful_reason_is_left_hears_no_more_of_it(
    world: World,
) -> None:
    session = doubtful(world, Reason.QUOTA)
    world.later(minutes=1)
    assert keep(world, session, "quota") is KeepRefusal.NO_NOTICE
    assert told(world) == {}


def test_who_has_used_it_since_hears_so_though_it_is_doubted(world: World) -> None:
    session = world.start("kofi")
    passes(world, 35)
    for sign in (HUB_OPENED, HUB_READY):
        world.do(lambda uow, sign=sign: uow.heartbeats.beat(sign, world.now))
    before = told(world)["kofi"]
    reports(world, session, touched=30)
    [(_, new)] = passes(world, 1).changed
    assert before == (Reason.IDLE, 25)
    assert (new.reason, round((new.stop_at - world.now) / MINUTE)) == (Reason.IDLE, 29)


def test_a_server_that_is_too_old_stops_although_it_is_used(world: World) -> None:
    ruled(world, CullingRules(max_age=Span(2 * HOUR)))
    world.start("kofi")
    passes(world, 95, works=True)
    assert told(world) == {"kofi": (Reason.OVER_AGE, 25)}
    passes(world, 25, works=True)
    assert stop_what_is_due(world) == ["kofi"]


def siesta(world: World) -> None:
    """From two to four in the afternoon the limit is short; else nothing stops."""
    hours = Schedule("siesta", frozenset(range(7)), 14 * 60, 16 * 60, {"idle": 20 * MINUTE})
    ruled(world, CullingRules(idle=Span(None), max_age=Span(None)), 1, hours)


def test_what_a_schedule_stops_is_told_reminded_and_stopped_as_it_begins(world: World) -> None:
    siesta(world)
    world.start("kofi")
    assert passes(world, 89) == Verdict()
    [notice] = passes(world, 1).given
    assert (notice.reason, told(world)) == (Reason.IDLE, {"kofi": (Reason.IDLE, 30)})
    assert passes(world, 24) == Verdict()
    [again] = passes(world, 1).reminded
    assert again.reminders == 1
    passes(world, 4)
    assert stop_what_is_due(world) == []
    passes(world, 1)
    assert enforce(world) == Verdict(), "what was said of it stays the same in its hours"
    assert stop_what_is_due(world) == ["kofi"]


def test_the_forecast_of_a_schedule_is_withdrawn_when_it_holds_no_more(world: World) -> None:
    siesta(world)
    session = world.start("kofi")
    passes(world, 95)
    reports(world, session, touched=0)
    passes(world, 1)
    assert told(world) == {}
    passes(world, 10)
    assert told(world) == {"kofi": (Reason.IDLE, 14)}
    ruled(world, CullingRules(idle=Span(None), max_age=Span(None)))
    [notice] = enforce(world).withdrawn
    assert notice.reason is Reason.IDLE


def test_a_stop_by_a_schedule_can_be_put_off_before_it(world: World) -> None:
    siesta(world)
    session = world.start("kofi")
    passes(world, 100)
    assert keep(world, session) is None
    assert told(world) == {"kofi": (Reason.IDLE, 50)}
    passes(world, 30)
    assert told(world) == {"kofi": (Reason.IDLE, 20)}
    assert stop_what_is_due(world) == []


def a_workshop(world: World, nights: Nights = Nights.USUAL) -> None:
    """Of today and tomorrow from noon to three, with kofi, who has come for it."""
    today = local_day(world.now, ZONE)
    meetings = tuple(
        Meeting(today + timedelta(days=days), starts, ends)
        for days in (0, 1)
        for starts, ends in (("12:00", "13:00"), ("14:00", "15:00"))
    )
    plan = Plan("Genomics", today, today + timedelta(days=1), meetings, nights=nights)

    def add(uow) -> None:
        made = uow.workshops.add("nairobi", plan, "amina", world.now)
        kofi = uow.people.by_name("kofi")
        uow.workshops.appoint(made.workshop_id, kofi.person_id, "amina", world.now)

    world.do(add)


def test_during_a_workshop_and_its_lunch_nobody_in_it_is_stopped(world: World) -> None:
    a_workshop(world)
    world.start("kofi")
    world.start("lucia", community="nairobi")
    passes(world, 100)
    assert told(world) == {"lucia": (Reason.IDLE, 10)}
    passes(world, 79)
    assert "kofi" not in told(world)
    passes(world, 2)
    assert told(world)["kofi"] == (Reason.IDLE, 10)


def test_the_night_between_its_days_is_kept_where_the_workshop_says_so(world: World) -> None:
    a_workshop(world, Nights.KEPT)
    world.start("kofi")
    passes(world, 500)
    assert told(world) == {}


def test_what_was_started_ahead_waits_for_its_owner(world: World) -> None:
    ruled(world, CullingRules(idle=Span(8 * MINUTE), grace=timedelta()))
    world.later(minutes=-18)
    a_workshop(world)

    def warm(uow) -> None:
        kofi, lucia = uow.people.by_name("kofi"), uow.people.by_name("lucia")
        [workshop] = uow.workshops.of("nairobi")
        ahead = a_session(kofi, community="nairobi", reserved_at=world.now)
        numbered = {"workshop_id": workshop.workshop_id}
        running(uow, replace(ahead, actor=WARMER, **numbered))
        usual = a_session(lucia, community="nairobi", reserved_at=world.now)
        running(uow, replace(usual, actor="lucia", **numbered))

    world.do(warm)
    passes(world, 16)
    assert list(told(world)) == ["lucia"]


def test_whom_a_champion_spares_is_not_idle_for_a_while(world: World) -> None:
    person = world.do(lambda uow: uow.people.by_name("kofi"))
    wish = Wish(person.person_id, "A long run", world.now + 3 * HOUR)
    spare = world.do(lambda uow: uow.spares.add("nairobi", wish, "amina", world.now))
    world.start("kofi")
    passes(world, 100)
    assert told(world) == {}
    world.do(lambda uow: uow.spares.revoke(spare.spare_id, "amina", world.now))
    passes(world, 1)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}


def test_nobody_is_told_while_what_the_hub_knows_proves_nothing(world: World) -> None:
    world.start("kofi")
    passes(world, 10)
    world.later(minutes=60)
    assert enforce(world) == Verdict(), "nobody has looked meanwhile"
    passes(world, 9)
    assert told(world) == {}
    passes(world, 2)
    assert told(world) == {"kofi": (Reason.IDLE, 10)}


def statements(world: World) -> int:
    """How many a look at everybody's server takes."""
    executed: list[str] = []

    def look(uow) -> None:
        listen(uow._connection, "before_cursor_execute", lambda *args: executed.append(args[2]))
        enforce_limits(uow, world.policy, world.now, is_rehearsal=True)

    world.do(look)
    return len(executed)


def test_hundreds_are_judged_by_a_few_statements(world: World) -> None:
    ruled(world, CullingRules(idle=Span(None), max_age=Span(None)))

    world.start("kofi")
    few = statements(world)
    for number in range(20):
        world.start("kofi", f"server-{number}")
    assert statements(world) == few
