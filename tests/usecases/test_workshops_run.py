"""A workshop runs itself: every step once, at its time, whoever was away meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.notice import Reason, Verdict
from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.core.warming import WARMER
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.prepare_warming import WarmRefusal
from catalyst_hub.usecases.refuse_warming import refuse_warming
from tests.usecases.workshops import (
    a_workshop,
    at,
    due,
    enforce,
    prepared,
    register,
    steps,
    unwarmed,
    use,
    warm,
)
from tests.usecases.world import NAIROBI, World

MORNING = ("2026-11-24", "09:00", "10:00")
LEARNERS = ("bo", "dayo", "efua", "femi")


@pytest.fixture(autouse=True)
def _room(world: World) -> None:
    """Nothing is in the way but what a test puts there."""
    world.policy = replace(world.policy, communities=(replace(NAIROBI, limits=(), budget=None),))


def test_every_step_is_taken_once_in_the_order_of_time(world: World) -> None:
    workshop = a_workshop(world, MORNING, seats=4)
    register(world, workshop, LEARNERS)
    taken = {}
    for now in ("08:39:59", "08:40", "09:14:59", "09:15", "09:59:59", "10:00", "10:29:59", "10:30"):
        world.now = at(f"2026-11-24T{now}+03:00")
        taken[now] = steps(world)
        assert steps(world) == []
    assert taken == {
        "08:39:59": ["open"],
        "08:40": ["warm:2026-11-24"],
        "09:14:59": [],
        "09:15": ["warmed:2026-11-24"],
        "09:59:59": [],
        "10:00": ["end:2026-11-24"],
        "10:29:59": [],
        "10:30": ["close:2026-11-24"],
    }


def test_whoever_was_away_for_days_catches_up(world: World) -> None:
    register(world, a_workshop(world, MORNING), LEARNERS)
    world.now = at("2026-11-30T12:00+03:00")
    assert steps(world) == [
        "open",
        "warm:2026-11-24",
        "warmed:2026-11-24",
        "end:2026-11-24",
        "close:2026-11-24",
    ]
    assert due(world) == []


def test_a_workshop_that_gets_more_days_goes_on(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    world.now = at("2026-11-24T12:00+03:00")
    steps(world)
    later = a_workshop(world, MORNING, ("2026-11-25", "09:00", "10:00")).plan
    number = workshop.workshop_id
    world.do(lambda uow: uow.workshops.change(number, later, None, None, world.now))
    world.now = at("2026-11-25T12:00+03:00")
    before = world.rows("SELECT step FROM workshop_steps WHERE workshop_id = 1")
    steps(world)
    more = world.rows("SELECT step FROM workshop_steps WHERE workshop_id = 1")
    assert set(more) - set(before) == {
        ("warm:2026-11-25",),
        ("warmed:2026-11-25",),
        ("end:2026-11-25",),
        ("close:2026-11-25",),
    }


def test_servers_are_started_in_the_order_of_coming_spread_so_that_all_are_up(
    world: World,
) -> None:
    workshop = a_workshop(world, MORNING, warm_minutes=25)
    register(world, workshop, LEARNERS)
    started = {}
    for minute in range(35, 60, 5):
        world.now = at(f"2026-11-24T08:{minute}+03:00")
        started[minute] = due(world)
        for name in due(world):
            warm(world, workshop, name)
    assert started == {35: [], 40: ["bo"], 45: ["dayo"], 50: ["efua"], 55: ["femi"]}


def test_who_was_away_while_servers_were_warmed_starts_all_at_once(world: World) -> None:
    register(world, a_workshop(world, MORNING), LEARNERS)
    world.now = at("2026-11-24T08:58+03:00")
    assert due(world) == list(LEARNERS)


def test_who_comes_late_is_warmed_too_and_nobody_after_a_quarter_of_an_hour(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T09:14+03:00")
    for name in due(world):
        warm(world, workshop, name)
    register(world, workshop, ["gift"], code="K7MP4QRY")
    assert due(world) == ["gift"]
    world.later(minutes=1)
    assert due(world) == []


def test_what_a_server_is_started_with_is_what_the_workshop_needs(world: World) -> None:
    workshop = a_workshop(world, MORNING, profile="python", size="large")
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:59+03:00")
    session = warm(world, workshop, "bo")
    assert (session.choice.profile, session.choice.size) == ("python", "large")
    assert (session.actor, session.workshop_id) == (WARMER, workshop.workshop_id)


def test_who_has_a_server_or_has_had_one_since_is_left_alone(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:41+03:00")
    world.start("bo")
    world.start("dayo")
    world.stop("dayo")
    world.now = at("2026-11-24T08:59+03:00")
    assert due(world) == ["efua", "femi"]
    for name in ("bo", "dayo"):
        assert prepared(world, workshop, name) is WarmRefusal.LEFT_ALONE


def test_nothing_is_started_for_strangers_or_at_another_time(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, LEARNERS)
    world.sign_in("kofi")
    for now, name, refusal in (
        ("08:39", "bo", WarmRefusal.NOT_NOW),
        ("08:41", "kofi", WarmRefusal.NOT_REGISTERED),
        ("08:41", "nobody", WarmRefusal.NOT_REGISTERED),
        ("09:15", "bo", WarmRefusal.NOT_NOW),
    ):
        world.now = at(f"2026-11-24T{now}+03:00")
        assert prepared(world, workshop, name) is refusal
    world.now = at("2026-11-24T08:41+03:00")
    world.do(lambda uow: cancel_workshop(uow, "nairobi", workshop.workshop_id, "amina", world.now))
    assert prepared(world, workshop, "bo") is WarmRefusal.NOT_NOW


def test_who_was_refused_is_not_tried_again_before_the_next_day(world: World) -> None:
    workshop = a_workshop(world, MORNING, ("2026-11-25", "09:00", "10:00"))
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:59+03:00")
    number, denied = workshop.workshop_id, Denied(Code.QUOTA_AT_ONCE, "nairobi")
    world.do(lambda uow: refuse_warming(uow, number, "bo", denied, world.now))
    assert "bo" not in due(world)
    assert prepared(world, workshop, "bo") is WarmRefusal.LEFT_ALONE
    assert world.last_facts() == {"workshop": number, "code": "quota-at-once"}
    world.now = at("2026-11-25T08:59+03:00")
    assert "bo" in due(world)


def test_a_workshop_without_hours_or_with_no_minutes_warms_nobody(world: World) -> None:
    register(world, a_workshop(world, MORNING, meetings=()), LEARNERS)
    register(world, a_workshop(world, MORNING, warm_minutes=0), LEARNERS, code="K7MP4QRY")
    world.now = at("2026-11-24T08:59+03:00")
    assert due(world) == []


def test_seats_of_people_who_have_not_come_yet_are_told_for_whoever_keeps_room(
    world: World,
) -> None:
    workshop = a_workshop(world, MORNING, seats=30)
    register(world, workshop, LEARNERS)
    assert unwarmed(world).free_seats == {}
    world.now = at("2026-11-24T08:45+03:00")
    assert unwarmed(world).free_seats == {workshop.workshop_id: 26}


def test_what_nobody_has_opened_half_an_hour_after_the_beginning_is_given_back(
    world: World,
) -> None:
    workshop = a_workshop(world, ("2026-11-24", "09:00", "12:00"))
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:59+03:00")
    for name in ("bo", "dayo"):
        warm(world, workshop, name)
    world.start("efua")
    world.now = at("2026-11-24T09:10+03:00")
    use(world, "dayo")
    world.now = at("2026-11-24T09:29+03:00")
    assert enforce(world).given == ()
    world.later(minutes=1)
    [notice] = enforce(world).given
    assert (notice.reason, world.session(notice.session_id).key.user_name) == (Reason.UNUSED, "bo")
    assert notice.stop_at - notice.given_at == timedelta(minutes=1)
    # She opens it at the last moment.
    use(world, "bo")
    assert enforce(world).withdrawn == (notice,)
    assert world.rows("SELECT kind FROM mails") == []


def test_a_server_that_was_opened_a_moment_ago_is_not_given_back(world: World) -> None:
    """Whoever opens it is heard of by the Hub minutes later than by the server itself."""
    workshop = a_workshop(world, ("2026-11-24", "09:00", "12:00"))
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:59+03:00")
    sessions = {name: warm(world, workshop, name) for name in LEARNERS}
    world.now = at("2026-11-24T09:29+03:00")
    reported = {name: session.session_id for name, session in sessions.items()}
    says(world, reported["bo"], open_at=world.now)
    says(world, reported["dayo"], touched_at=world.now)
    says(world, reported["efua"])
    world.later(minutes=1)
    told = [world.session(notice.session_id).key.user_name for notice in enforce(world).given]
    assert told == ["efua", "femi"]


def test_who_may_have_come_while_nobody_looked_is_not_told_that_nobody_came(world: World) -> None:
    workshop = a_workshop(world, ("2026-11-24", "09:00", "12:00"))
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:59+03:00")
    warm(world, workshop, "bo")
    world.now = at("2026-11-24T09:40+03:00")
    assert enforce(world, seen_at=at("2026-11-24T09:05+03:00")).given == ()
    # The first look says who has come meanwhile.
    assert [notice.reason for notice in enforce(world).given] == [Reason.UNUSED]


def says(world: World, session_id: str, **signs: datetime) -> None:
    report = ServerReport(session_id, world.now, **signs)
    world.do(lambda uow: uow.server_reports.put(report))


def test_what_is_warmed_for_one_of_two_workshops_waits_for_its_beginning(world: World) -> None:
    """Whichever of the two the session counts for."""
    first = a_workshop(world, ("2026-11-24", "09:00", "12:00"))
    all_day = a_workshop(world, MORNING, meetings=())
    long = a_workshop(world, ("2026-11-24", "07:00", "12:00"), warm_minutes=10)
    register(world, first, ["bo", "dayo"])
    register(world, all_day, ["bo"], code="K7MP4QRY")
    register(world, long, ["dayo"], code="K7MP4QRZ")
    world.now = at("2026-11-24T08:50+03:00")
    sessions = [warm(world, first, name) for name in ("bo", "dayo")]
    assert [s.workshop_id for s in sessions] == [all_day.workshop_id, long.workshop_id]
    assert enforce(world).given == ()
    world.now = at("2026-11-24T09:29+03:00")
    assert enforce(world).given == ()
    world.later(minutes=1)
    assert [notice.reason for notice in enforce(world).given] == [Reason.UNUSED] * 2


def test_at_the_end_people_who_came_for_it_alone_have_half_an_hour(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, [*LEARNERS, "kofi"])
    world.now = at("2026-11-24T09:00+03:00")
    for name in ("bo", "kofi"):
        world.start(name)
    world.now = at("2026-11-24T09:59+03:00")
    assert enforce(world).given == ()
    world.later(minutes=1)
    # Kofi belongs to the community by a rule of the file.
    [notice] = enforce(world).given
    assert (notice.reason, world.session(notice.session_id).key.user_name) == (
        Reason.WORKSHOP,
        "bo",
    )
    assert notice.facts == {"workshop": workshop.workshop_id, "title": "Plants"}
    assert notice.stop_at == at("2026-11-24T10:30+03:00")
    assert enforce(world).given == ()


def test_who_comes_back_on_the_evening_of_the_last_day_has_half_an_hour_too(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, ["bo"])
    world.now = at("2026-11-24T18:00+03:00")
    world.start("bo")
    world.later(minutes=1)
    [notice] = enforce(world).given
    assert (notice.reason, notice.stop_at) == (Reason.WORKSHOP, at("2026-11-24T18:30+03:00"))
    world.later(minutes=1)
    assert enforce(world) == Verdict()


def test_who_takes_part_in_another_workshop_that_goes_on_keeps_working(world: World) -> None:
    first = a_workshop(world, MORNING)
    second = a_workshop(world, MORNING, ("2026-11-25", "09:00", "10:00"))
    register(world, first, ["bo", "dayo"])
    register(world, second, ["bo"], code="K7MP4QRY")
    world.now = at("2026-11-24T09:00+03:00")
    for name in ("bo", "dayo"):
        world.start(name)
    world.now = at("2026-11-24T10:01+03:00")
    told = [world.session(notice.session_id).key.user_name for notice in enforce(world).given]
    assert told == ["dayo"]


def test_when_it_is_called_off_everything_that_was_started_for_it_goes(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T08:50+03:00")
    warm(world, workshop, "bo")
    world.start("dayo")
    world.do(lambda uow: cancel_workshop(uow, "nairobi", workshop.workshop_id, "amina", world.now))
    assert due(world) == []
    told = {
        world.session(n.session_id).key.user_name: (n.reason, n.stop_at - world.now)
        for n in enforce(world).given
    }
    assert told == {
        "bo": (Reason.UNUSED, timedelta(minutes=1)),
        "dayo": (Reason.WORKSHOP, timedelta(minutes=30)),
    }


def test_when_it_is_closed_its_invitations_let_nobody_in(world: World) -> None:
    workshop = a_workshop(world, MORNING)
    register(world, workshop, LEARNERS)
    world.now = at("2026-11-24T10:30+03:00")
    steps(world)
    assert world.last_facts() == {
        "workshop": workshop.workshop_id,
        "title": "Plants",
        "invitations": 1,
    }
    assert world.audited()[-5:] == [
        "workshop:opened",
        "workshop:warming",
        "workshop:warmed",
        "workshop:ended",
        "workshop:closed",
    ]
