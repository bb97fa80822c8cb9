"""Workshops with hours, seats and money; what is beyond the bounds is asked and answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.invitation import Terms, digest
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.workshop import Answer, Plan, Workshop, WorkshopState, takes_place
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.usecases.answer_workshop import answer_workshop
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.list_workshop_requests import list_workshop_requests
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.usecases.world import CORDOBA, NAIROBI, POLICY, World

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
MEETINGS = tuple(
    Meeting(MONDAY + n * DAY, *hours)
    for n in range(3)
    for hours in (("09:00", "12:00"), ("13:00", "16:00"))
)
PLAN = Plan("Plants", MONDAY, MONDAY + 2 * DAY, MEETINGS, seats=30, profile="python", size="small")
BOUNDS = Bounds(
    most_workshop_seats=30, most_workshop_days=5, most_workshop_budget_micros=100_000_000
)
LARGE = replace(PLAN, seats=31)


def in_nairobi(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC) - timedelta(hours=3)


@pytest.fixture(autouse=True)
def _bounded(world: World) -> None:
    nairobi = replace(NAIROBI, bounds=BOUNDS)
    world.policy = replace(POLICY, communities=(nairobi, CORDOBA))
    for name in ("amina", "kofi", "root"):
        world.sign_in(name)


def planned(world: World, plan: Plan = PLAN, **how: object) -> Workshop | PlanRefusal:
    return world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now, **how)
    )


def made(world: World, plan: Plan = PLAN, **how: object) -> Workshop:
    workshop = planned(world, plan, **how)
    assert isinstance(workshop, Workshop), workshop
    return workshop


def changed(world: World, before: Workshop, plan: Plan, **how: object) -> Workshop | PlanRefusal:
    number = before.workshop_id
    return world.do(
        lambda uow: change_workshop(
            uow, world.policy, "nairobi", number, plan, "amina", world.now, **how
        )
    )


def answered(
    world: World, workshop: Workshop, answer: Answer, reply: str = ""
) -> Workshop | PlanRefusal:
    number = workshop.workshop_id
    return world.do(
        lambda uow: answer_workshop(uow, world.policy, number, answer, reply, "root", world.now)
    )


def waiting(world: World) -> list[int]:
    found = world.do(lambda uow: list_workshop_requests(uow, world.policy, world.now))
    return [workshop.workshop_id for workshop in found]


def last_audit(world: World) -> tuple[str, str, Mapping[str, object]]:
    latest = "SELECT action, actor FROM audit ORDER BY audit_id DESC LIMIT 1"
    action, actor = world.rows(latest)[0]
    return action, actor, world.last_facts()


def test_within_the_bounds_nobody_is_asked(world: World) -> None:
    workshop = made(world)
    assert (workshop.plan, workshop.request) == (PLAN, None)
    assert takes_place(workshop)
    assert waiting(world) == []


def test_its_days_are_those_of_its_meetings(world: World) -> None:
    workshop = made(world, replace(PLAN, first_on=MONDAY - DAY, meetings=MEETINGS[::-1]))
    assert (workshop.first_on, workshop.last_on) == (MONDAY, MONDAY + 2 * DAY)
    assert workshop.meetings == MEETINGS


def test_a_form_that_was_sent_twice_makes_one_workshop(world: World) -> None:
    small = replace(PLAN, seats=10)
    first = made(world, small)
    world.later(seconds=20)
    assert made(world, small) == first
    assert made(world, replace(small, title="Animals")) != first
    world.later(minutes=2)
    assert made(world, small) != first


LATER = replace(
    PLAN, seats=1, title="Animals", first_on=MONDAY + 4 * DAY, last_on=MONDAY + 4 * DAY,
    meetings=(Meeting(MONDAY + 4 * DAY, "09:00", "12:00"),),
)  # fmt: skip
AT_ONCE = replace(LATER, first_on=MONDAY, last_on=MONDAY, meetings=MEETINGS[:1])


def test_many_small_workshops_at_the_same_hours_are_a_large_one(world: World) -> None:
    made(world, replace(PLAN, seats=29))
    assert made(world, AT_ONCE).request is None
    third = replace(AT_ONCE, title="Stones")
    assert planned(world, third) is PlanRefusal.BEYOND
    asked = made(world, third, reason="Two rooms")
    assert waiting(world) == [asked.workshop_id]
    after = replace(third, meetings=(Meeting(MONDAY, "16:00", "18:00"),))
    assert made(world, after).request is None


def test_none_is_moved_to_the_hours_of_another_unasked(world: World) -> None:
    made(world)
    small = made(world, LATER)
    assert changed(world, small, AT_ONCE) is PlanRefusal.BEYOND
    assert changed(world, small, replace(LATER, title="Stones")).request is None


def test_what_the_operator_has_agreed_to_leaves_the_bounds_to_others(world: World) -> None:
    large = made(world, LARGE, reason="A large class")
    answered(world, large, Answer.GRANTED)
    made(world, replace(LARGE, title="Own"), by_operator=True)
    assert made(world, AT_ONCE).request is None


@pytest.mark.parametrize(
    "plan",
    [
        LARGE,
        replace(PLAN, meetings=(), last_on=MONDAY + 5 * DAY),
        replace(PLAN, budget_micros=100_000_001),
    ],
)
def test_what_is_beyond_the_bounds_waits_for_the_operators_word(world: World, plan: Plan) -> None:
    assert planned(world, plan) is PlanRefusal.BEYOND
    assert planned(world, plan, reason=" \n") is PlanRefusal.BEYOND
    workshop = made(world, plan, reason="Two schools\ncome.\0")
    assert workshop.state_on(MONDAY) is WorkshopState.ASKED
    assert workshop.request is not None
    assert workshop.request.reason == "Two schools come."
    assert waiting(world) == [workshop.workshop_id]
    assert last_audit(world)[:2] == ("workshop:asked", "amina")


def test_the_operator_has_no_bounds(world: World) -> None:
    workshop = made(world, LARGE, by_operator=True)
    assert takes_place(workshop)
    assert changed(world, workshop, replace(LARGE, seats=40)) is PlanRefusal.BEYOND
    larger = changed(world, workshop, replace(LARGE, seats=40), by_operator=True)
    assert isinstance(larger, Workshop)
    assert takes_place(larger)


def test_what_is_granted_takes_place_and_what_is_declined_does_not(world: World) -> None:
    yes, no = (made(world, replace(LARGE, title=title), reason="why") for title in "ab")
    granted = answered(world, yes, Answer.GRANTED, "Gladly.")
    assert isinstance(granted, Workshop)
    assert last_audit(world)[:2] == ("workshop:granted", "root")
    assert granted.state_on(MONDAY) is WorkshopState.RUNNING
    declined = answered(world, no, Answer.DECLINED, "The cluster is full.")
    assert isinstance(declined, Workshop)
    assert last_audit(world)[:2] == ("workshop:declined", "root")
    assert declined.state_on(MONDAY) is WorkshopState.DECLINED
    assert declined.request is not None
    assert (declined.request.answered_by, declined.request.reply) == (
        "root",
        "The cluster is full.",
    )
    assert waiting(world) == []


def test_operators_are_told_who_asks_and_whoever_planned_it_what_came_of_it(world: World) -> None:
    for name in ("amina", "root"):
        world.sign_in(name, email=f"{name}@example.org", is_email_verified=True)
    workshop = made(world, LARGE, reason="why")
    answered(world, workshop, Answer.GRANTED)
    changed(world, workshop, replace(LARGE, seats=40), reason="more")
    answered(world, workshop, Answer.DECLINED)
    told = "SELECT kind, name FROM mails JOIN people USING (person_id) ORDER BY mail_id"
    assert world.rows(told) == [
        ("workshop-asked", "root"),
        ("workshop-granted", "amina"),
        ("workshop-asked", "root"),
        ("workshop-declined", "amina"),
    ]


def test_an_answer_is_given_once(world: World) -> None:
    workshop = made(world, LARGE, reason="why")
    granted = answered(world, workshop, Answer.GRANTED)
    lines = len(world.audited())
    assert answered(world, workshop, Answer.GRANTED) == granted
    assert answered(world, workshop, Answer.DECLINED) is PlanRefusal.NOT_THERE
    assert len(world.audited()) == lines


def test_what_nobody_asked_for_is_not_answered(world: World) -> None:
    assert answered(world, made(world), Answer.DECLINED) is PlanRefusal.NOT_THERE
    cancelled = made(world, LARGE, reason="why")
    world.do(lambda uow: cancel_workshop(uow, "nairobi", cancelled.workshop_id, "amina", world.now))
    assert answered(world, cancelled, Answer.GRANTED) is PlanRefusal.NOT_THERE
    assert waiting(world) == []


def test_what_is_over_is_granted_no_more(world: World) -> None:
    workshop = made(world, LARGE, reason="why")
    world.now = in_nairobi("2026-11-26T00:00")
    assert waiting(world) == []
    assert answered(world, workshop, Answer.GRANTED) is PlanRefusal.OVER


def test_a_grant_holds_as_long_as_nothing_grows(world: World) -> None:
    workshop = made(world, LARGE, reason="why")
    answered(world, workshop, Answer.GRANTED)
    renamed = changed(world, workshop, replace(LARGE, title="Trees"))
    assert isinstance(renamed, Workshop)
    assert takes_place(renamed)
    assert last_audit(world) == (
        "workshop:changed",
        "amina",
        {"workshop": workshop.workshop_id, "title": "Trees", "changed": ["title"]},
    )
    assert changed(world, workshop, replace(LARGE, seats=32)) is PlanRefusal.BEYOND
    larger = changed(world, workshop, replace(LARGE, seats=32), reason="one more")
    assert isinstance(larger, Workshop)
    assert not takes_place(larger)
    assert waiting(world) == [workshop.workshop_id]


def test_what_waits_can_be_made_smaller_and_takes_place(world: World) -> None:
    workshop = made(world, LARGE, reason="why")
    still = changed(world, workshop, replace(LARGE, title="Trees"))
    assert isinstance(still, Workshop)
    assert still.request == workshop.request
    smaller = changed(world, workshop, PLAN)
    assert isinstance(smaller, Workshop)
    assert takes_place(smaller)


def test_what_was_declined_can_be_asked_again(world: World) -> None:
    workshop = made(world, LARGE, reason="why")
    answered(world, workshop, Answer.DECLINED, "no")
    fewer = replace(LARGE, seats=32)
    assert changed(world, workshop, fewer) is PlanRefusal.BEYOND
    assert isinstance(changed(world, workshop, fewer, reason="a second room"), Workshop)
    assert waiting(world) == [workshop.workshop_id]


def test_while_people_are_at_work_nobody_is_asked_whether_they_may(world: World) -> None:
    workshop = made(world)
    world.now = in_nairobi("2026-11-23T10:00")
    assert changed(world, workshop, LARGE, reason="more came") is PlanRefusal.BEYOND
    found = world.do(lambda uow: uow.workshops.get(workshop.workshop_id))
    assert found == workshop


def test_the_codes_of_a_workshop_that_is_put_off_hold_until_its_new_end(world: World) -> None:
    workshop = made(world)
    number = workshop.workshop_id

    def invite(code: str, days: int) -> None:
        terms, kept = Terms(30, days, workshop_id=number), digest("test", code)
        world.do(
            lambda uow: create_invitation(
                uow, world.policy, "nairobi", kept, terms, "amina", world.now
            )
        )

    invite("K7MP4QRX", 80)
    invite("X7MP4QRX", 1)
    later = tuple(replace(each, day_on=each.day_on + 7 * DAY) for each in MEETINGS)
    changed(world, workshop, replace(PLAN, meetings=later))
    invitations = world.do(lambda uow: uow.invitations.of("nairobi"))
    assert sorted(invitation.expires_at for invitation in invitations) == [
        world.now + DAY,
        in_nairobi("2026-12-03T00:00"),
    ]
    far = tuple(replace(each, day_on=each.day_on + 300 * DAY) for each in MEETINGS)
    changed(world, workshop, replace(PLAN, meetings=far))
    invitations = world.do(lambda uow: uow.invitations.of("nairobi"))
    assert max(each.expires_at for each in invitations) == world.now + 90 * DAY


def test_what_has_begun_stays_and_the_rest_can_be_changed(world: World) -> None:
    workshop = made(world)
    world.now = in_nairobi("2026-11-23T13:30")
    for meetings in (
        MEETINGS[1:],
        (MEETINGS[0], replace(MEETINGS[1], ends="18:00"), *MEETINGS[2:]),
        (Meeting(MONDAY, "08:00", "08:30"), *MEETINGS),
        (),
    ):
        plan = replace(PLAN, meetings=meetings)
        assert changed(world, workshop, plan) is PlanRefusal.PAST, meetings
    later = (*MEETINGS[:2], Meeting(MONDAY + 3 * DAY, "09:00", "12:00"))
    found = changed(world, workshop, replace(PLAN, meetings=later))
    assert isinstance(found, Workshop)
    assert (found.meetings, found.last_on) == (later, MONDAY + 3 * DAY)


def test_days_that_have_begun_stay(world: World) -> None:
    plan = replace(PLAN, meetings=())
    workshop = made(world, plan)
    world.now = in_nairobi("2026-11-24T10:00")
    moved = replace(plan, first_on=MONDAY + DAY)
    assert changed(world, workshop, moved) is PlanRefusal.PAST
    assert isinstance(changed(world, workshop, replace(plan, last_on=MONDAY + DAY)), Workshop)


def test_days_that_have_begun_are_not_taken_away_by_giving_hours_to_others(world: World) -> None:
    days = replace(PLAN, meetings=())
    workshop = made(world, days)
    world.now = in_nairobi("2026-11-24T10:00")
    hours = (Meeting(MONDAY + 2 * DAY, "09:00", "12:00"),)
    assert changed(world, workshop, replace(PLAN, meetings=hours)) is PlanRefusal.PAST
    later = made(world, replace(PLAN, title="Maps", seats=None, meetings=hours))
    before = replace(days, title="Maps", seats=None, first_on=MONDAY)
    assert changed(world, later, before) is PlanRefusal.PAST


def test_a_day_gets_hours_as_long_as_none_of_them_has_begun(world: World) -> None:
    days = replace(PLAN, meetings=(), last_on=PLAN.first_on)
    workshop = made(world, days)
    world.now = in_nairobi("2026-11-23T10:00")
    hours = (Meeting(PLAN.first_on, "11:00", "12:00"),)
    assert isinstance(changed(world, workshop, replace(days, meetings=hours)), Workshop)


def test_nothing_of_what_is_over_or_called_off_or_elsewhere_is_changed(world: World) -> None:
    workshop, other = made(world), made(world, replace(PLAN, title="Animals", seats=None))
    world.do(lambda uow: cancel_workshop(uow, "nairobi", other.workshop_id, "amina", world.now))
    renamed = replace(PLAN, title="Trees")
    assert changed(world, other, renamed) is PlanRefusal.NOT_THERE
    for slug, number in (("cordoba", workshop.workshop_id), ("nairobi", 999)):
        refused = world.do(
            lambda uow, slug=slug, number=number: change_workshop(
                uow, world.policy, slug, number, renamed, "amina", world.now
            )
        )
        assert refused is PlanRefusal.NOT_THERE
    world.now = in_nairobi("2026-11-25T16:00")
    assert changed(world, workshop, renamed) is PlanRefusal.OVER


def test_a_change_of_nothing_is_none(world: World) -> None:
    workshop = made(world)
    lines = len(world.audited())
    assert changed(world, workshop, PLAN) == workshop
    assert len(world.audited()) == lines


def test_a_change_is_held_against_the_same_rules(world: World) -> None:
    workshop = made(world)
    assert changed(world, workshop, replace(PLAN, seats=0)) is PlanRefusal.NO_SEATS
    twice = replace(PLAN, meetings=(*MEETINGS, MEETINGS[0]))
    assert changed(world, workshop, twice) is PlanRefusal.OVERLAPPING
