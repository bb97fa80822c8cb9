from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Invitation, InvitingRefusal, Refusal, Terms, digest
from catalyst_hub.core.roles import InstructorRefusal
from catalyst_hub.core.view import ScheduledWorkshop
from catalyst_hub.core.workshop import Plan, Workshop, WorkshopState
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.usecases.appoint_instructor import appoint_instructor
from catalyst_hub.usecases.cancel_workshop import cancel_workshop
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.dismiss_instructor import dismiss_instructor
from catalyst_hub.usecases.list_instructors import list_instructors
from catalyst_hub.usecases.list_people import list_people
from catalyst_hub.usecases.list_workshops import list_workshops
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.usecases.world import NAIROBI, World

TODAY = date(2026, 11, 21)
CODE = "K7MP4QRX"
INSTRUCTORS = "nairobi-instructors"


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("amina", "kofi", "lucia", "bo", "root"):
        world.sign_in(name, display_name=name.title())


def schedule(
    world: World, first: date = TODAY, last: date = TODAY, title: str = "Plants"
) -> Workshop:
    made = planned(world, Plan(title, first, last))
    assert isinstance(made, Workshop), made
    return made


def planned(world: World, plan: Plan) -> Workshop | PlanRefusal:
    return world.do(
        lambda uow: schedule_workshop(uow, world.policy, "nairobi", plan, "amina", world.now)
    )


def appoint(world: World, workshop: Workshop, name: str) -> InstructorRefusal | None:
    return world.do(
        lambda uow: appoint_instructor(
            uow, world.policy, "nairobi", workshop.workshop_id, name, "amina", world.now
        )
    )


def dismiss(world: World, workshop: Workshop, name: str) -> bool:
    number = workshop.workshop_id
    return world.do(
        lambda uow: dismiss_instructor(uow, "nairobi", number, name, "amina", world.now)
    )


def cancel(world: World, workshop: Workshop) -> list[str] | None:
    number = workshop.workshop_id
    people = world.do(lambda uow: cancel_workshop(uow, "nairobi", number, "amina", world.now))
    return None if people is None else [person.name for person in people]


def groups(world: World, name: str) -> frozenset[str]:
    now = world.do(lambda uow: refresh_memberships(uow, world.policy, name, world.now))
    assert now is not None
    return now.groups


def workshops(world: World) -> tuple[ScheduledWorkshop, ...]:
    return world.do(lambda uow: list_workshops(uow, world.policy, "nairobi", world.now))


def invite(
    world: World, terms: Terms, actor: str = "amina", *, by_instructor: bool = False
) -> Invitation | InvitingRefusal:
    return world.do(
        lambda uow: create_invitation(
            uow, world.policy, "nairobi", digest("test", CODE), terms, actor, world.now,
            by_instructor=by_instructor,
        )
    )  # fmt: skip


def redeem(world: World, name: str) -> str | Refusal:
    kept = digest("test", CODE)
    return world.do(lambda uow: redeem_invitation(uow, world.policy, kept, name, world.now))


def in_nairobi(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def test_an_instructor_is_one_from_midnight_to_midnight_in_the_communitys_zone(
    world: World,
) -> None:
    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=3)
    assert appoint(world, schedule(world, first, last), "kofi") is None
    moments = {
        in_nairobi(first, 0) - timedelta(seconds=1): False,
        in_nairobi(first, 0): True,
        in_nairobi(last, 23, 59): True,
        in_nairobi(last, 0) + timedelta(days=1): False,
    }
    for world.now, is_instructor in moments.items():
        assert (INSTRUCTORS in groups(world, "kofi")) is is_instructor, world.now
        assert (INSTRUCTORS in world.sign_in("kofi").groups) is is_instructor, world.now


def test_who_instructs_is_listed_as_long_as_she_belongs_and_the_workshop_stands(
    world: World,
) -> None:
    workshop = schedule(world)
    number = workshop.workshop_id

    def listed(community: str = "nairobi") -> list[tuple[str, str, datetime]] | None:
        found = world.do(lambda uow: list_instructors(uow, community, number))
        told = [(each.person.name, each.appointed_by, each.appointed_at) for each in found or ()]
        return None if found is None else told

    assert listed() == []
    first = ("kofi", "amina", world.now)
    appoint(world, workshop, "kofi")
    world.now += timedelta(seconds=1)
    appoint(world, workshop, "amina")
    assert listed() == [first, ("amina", "amina", world.now)]
    assert listed("mombasa") is None
    amina = world.do(lambda uow: uow.people.by_name("amina"))
    assert amina is not None
    world.do(lambda uow: uow.memberships.remove(amina.person_id, "nairobi", "root", world.now))
    assert listed() == [first]
    world.do(lambda uow: cancel_workshop(uow, "nairobi", number, "amina", world.now))
    assert listed() == []


@pytest.mark.parametrize(
    ("zone", "day", "begins_at", "ends_at"),
    [
        # Clocks go back: the day has 25 hours. Clocks go forward at midnight: it begins at one.
        ("America/New_York", date(2026, 11, 1), "2026-11-01T04:00Z", "2026-11-02T05:00Z"),
        ("America/Santiago", date(2026, 9, 6), "2026-09-06T04:00Z", "2026-09-07T03:00Z"),
        ("Asia/Kathmandu", date(2026, 5, 5), "2026-05-04T18:15Z", "2026-05-05T18:15Z"),
    ],
)
def test_the_days_of_a_workshop_are_whole_whatever_the_clocks_do(
    world: World, zone: str, day: date, begins_at: str, ends_at: str
) -> None:
    world.policy = replace(world.policy, communities=(replace(NAIROBI, zone=zone),))
    begin, end = (datetime.fromisoformat(at) for at in (begins_at, ends_at))
    world.now = begin - timedelta(days=1)
    world.sign_in("kofi")
    assert appoint(world, schedule(world, day, day), "kofi") is None
    second = timedelta(seconds=1)
    moments = {begin - second: False, begin: True, end - second: True, end: False}
    for world.now, is_instructor in moments.items():
        assert (INSTRUCTORS in groups(world, "kofi")) is is_instructor, world.now


def test_who_instructs_in_one_community_is_a_member_in_the_other(world: World) -> None:
    appoint(world, schedule(world), "lucia")
    assert groups(world, "lucia") == {"nairobi", INSTRUCTORS, "cordoba"}


def test_only_members_instruct_and_no_operator(world: World) -> None:
    workshop = schedule(world)
    assert appoint(world, workshop, "bo") is InstructorRefusal.NOT_IN
    assert appoint(world, workshop, "nobody") is InstructorRefusal.NOT_IN
    assert appoint(world, workshop, "root") is InstructorRefusal.OPERATOR
    assert appoint(world, workshop, "kofi") is None
    assert appoint(world, workshop, "kofi") is InstructorRefusal.ALREADY
    assert world.audited().count("instructor:appointed") == 1


def test_a_workshop_of_another_community_or_one_that_is_over_gets_no_instructors(
    world: World,
) -> None:
    workshop = schedule(world)
    strange = replace(workshop, workshop_id=99)
    assert appoint(world, strange, "kofi") is InstructorRefusal.NO_WORKSHOP
    assert (
        world.do(
            lambda uow: appoint_instructor(
                uow, world.policy, "cordoba", workshop.workshop_id, "lucia", "joao", world.now
            )
        )
        is InstructorRefusal.NO_WORKSHOP
    )
    world.later(days=1)
    assert appoint(world, workshop, "kofi") is InstructorRefusal.NO_WORKSHOP


def test_a_dismissed_instructor_is_a_member_at_once(world: World) -> None:
    workshop = schedule(world)
    appoint(world, workshop, "kofi")
    assert dismiss(world, workshop, "kofi")
    assert groups(world, "kofi") == {"nairobi"}
    assert not dismiss(world, workshop, "kofi")


def test_a_removed_instructor_stays_none_even_when_let_in_again(world: World) -> None:
    workshop = schedule(world)
    appoint(world, workshop, "kofi")
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", "kofi", "amina", world.now))
    assert groups(world, "kofi") == frozenset()
    world.do(lambda uow: uow.memberships.readmit(2, "nairobi"))
    world.sign_in("kofi")
    assert groups(world, "kofi") == {"nairobi"}
    assert workshops(world)[0].instructors == ()


def test_whose_rule_does_not_match_any_more_instructs_no_longer(world: World) -> None:
    appoint(world, schedule(world), "kofi")
    world.policy = replace(world.policy, communities=(replace(NAIROBI, members=()),))
    assert world.sign_in("kofi").groups == frozenset()


def test_calling_off_ends_instructors_and_invitations_and_names_whom_to_tell(
    world: World,
) -> None:
    workshop = schedule(world)
    appoint(world, workshop, "kofi")
    invite(world, Terms(5, 7, workshop_id=workshop.workshop_id))
    assert cancel(world, workshop) == ["kofi"]
    assert groups(world, "kofi") == {"nairobi"}
    assert world.do(lambda uow: uow.workshops.taught_by(2)) == []
    assert redeem(world, "bo") is Refusal.REVOKED
    assert workshops(world)[0].state is WorkshopState.CANCELLED
    assert cancel(world, workshop) is None


@pytest.mark.parametrize(
    ("first", "last", "title", "refusal"),
    [
        (0, 0, "", PlanRefusal.NO_TITLE),
        (0, 0, "x" * 81, PlanRefusal.LONG_TITLE),
        (1, 0, "Plants", PlanRefusal.BACKWARDS),
        (-3, -1, "Plants", PlanRefusal.OVER),
        (0, 366, "Plants", PlanRefusal.TOO_LONG),
        (733, 733, "Plants", PlanRefusal.TOO_FAR),
    ],
)
def test_what_cannot_be_a_workshop_is_refused_with_its_reason(
    world: World, first: int, last: int, title: str, refusal: PlanRefusal
) -> None:
    days = (TODAY + timedelta(days=offset) for offset in (first, last))
    assert planned(world, Plan(title, *days)) is refusal
    assert workshops(world) == ()


def test_what_runs_comes_before_what_comes_before_what_is_over(world: World) -> None:
    for title, first, last in (("coming", 5, 6), ("today", 0, 0), ("soon", 2, 2), ("long", -9, 1)):
        schedule(world, TODAY + timedelta(days=first), TODAY + timedelta(days=last), title)
    world.later(days=1)
    schedule(world, TODAY + timedelta(days=1), TODAY + timedelta(days=1), "tomorrow")
    listed = [(one.workshop.title, one.state.value) for one in workshops(world)]
    assert listed == [
        ("long", "running"),
        ("tomorrow", "running"),
        ("soon", "coming"),
        ("coming", "coming"),
        ("today", "over"),
    ]


def test_an_invitation_for_instructors_makes_a_stranger_member_and_instructor(
    world: World,
) -> None:
    workshop = schedule(world, TODAY, TODAY + timedelta(days=1))
    made = invite(world, Terms(1, 30, workshop_id=workshop.workshop_id, is_for_instructors=True))
    assert isinstance(made, Invitation)
    assert made.expires_at == in_nairobi(TODAY + timedelta(days=2), 0)
    assert redeem(world, "bo") == "nairobi"
    assert groups(world, "bo") == {"nairobi", INSTRUCTORS}
    assert redeem(world, "kofi") is Refusal.FULL


def test_an_invitation_for_learners_makes_members_only(world: World) -> None:
    workshop = schedule(world)
    invite(world, Terms(5, 7, workshop_id=workshop.workshop_id))
    assert redeem(world, "bo") == "nairobi"
    assert groups(world, "bo") == {"nairobi"}


def test_a_champion_who_comes_to_instruct_stays_a_champion(world: World) -> None:
    workshop = schedule(world)
    invite(world, Terms(1, 7, workshop_id=workshop.workshop_id, is_for_instructors=True))
    assert redeem(world, "amina") == "nairobi"
    assert groups(world, "amina") == {"nairobi", "nairobi-champions", INSTRUCTORS}


def test_nor_does_one_who_became_champion_with_an_invitation(world: World) -> None:
    workshop = schedule(world)
    champion = Grant(Source.INVITATION, Role.CHAMPION, world.now)
    world.do(lambda uow: uow.memberships.grant(2, "nairobi", champion))
    invite(world, Terms(1, 7, workshop_id=workshop.workshop_id, is_for_instructors=True))
    assert redeem(world, "kofi") == "nairobi"
    assert groups(world, "kofi") == {"nairobi", "nairobi-champions", INSTRUCTORS}


def test_an_instructor_invites_learners_of_her_workshop_while_it_runs_and_nobody_else(
    world: World,
) -> None:
    hers, other = schedule(world, title="Hers"), schedule(world, title="Other")
    coming = schedule(world, TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    for workshop in (hers, coming):
        appoint(world, workshop, "kofi")
    refused = (
        Terms(1, 1),
        Terms(1, 1, Role.CHAMPION),
        Terms(1, 1, workshop_id=hers.workshop_id, is_for_instructors=True),
        Terms(1, 1, workshop_id=other.workshop_id),
        Terms(1, 1, workshop_id=coming.workshop_id),
    )
    for terms in refused:
        assert invite(world, terms, "kofi", by_instructor=True) is InvitingRefusal.NO_WORKSHOP
    assert isinstance(
        invite(world, Terms(1, 1, workshop_id=hers.workshop_id), "kofi", by_instructor=True),
        Invitation,
    )


def test_nobody_is_invited_to_a_workshop_of_others_or_one_that_is_over(world: World) -> None:
    assert invite(world, Terms(1, 1, workshop_id=99)) is InvitingRefusal.NO_WORKSHOP
    workshop = schedule(world)
    world.later(days=1)
    terms = Terms(1, 1, workshop_id=workshop.workshop_id)
    assert invite(world, terms) is InvitingRefusal.NO_WORKSHOP


def test_invitations_keep_within_the_bounds_of_the_file(world: World) -> None:
    bounds = Bounds(most_invitation_seats=5, most_invitation_days=3)
    world.policy = replace(world.policy, communities=(replace(NAIROBI, bounds=bounds),))
    assert invite(world, Terms(6, 3)) is InvitingRefusal.OUT_OF_BOUNDS
    assert invite(world, Terms(5, 4)) is InvitingRefusal.OUT_OF_BOUNDS
    assert isinstance(invite(world, Terms(5, 3)), Invitation)


def test_the_list_of_people_tells_who_instructs_today_or_later(world: World) -> None:
    appoint(world, schedule(world), "kofi")
    listed = world.do(lambda uow: list_people(uow, world.policy, "nairobi", world.now))
    assert {m.person.name: m.teaches for m in listed.members}["kofi"] == ("Plants",)
    world.later(days=1)
    listed = world.do(lambda uow: list_people(uow, world.policy, "nairobi", world.now))
    assert not any(member.teaches for member in listed.members)


@settings(deadline=None, max_examples=25)
@given(
    steps=st.lists(
        st.sampled_from(["appoint", "dismiss", "cancel", "remove", "sign in", "a day later"])
    )
)
def test_whatever_happens_only_members_on_the_days_of_a_workshop_instruct(
    steps: list[str], new_database: Callable[[], str]
) -> None:
    world = World(new_database())
    world.sign_in("kofi")
    workshop = schedule(world, TODAY + timedelta(days=1), TODAY + timedelta(days=2))
    is_appointed = False
    for step in steps:
        match step:
            case "appoint":
                is_appointed = is_appointed or appoint(world, workshop, "kofi") is None
            case "dismiss":
                dismiss(world, workshop, "kofi")
                is_appointed = False
            case "cancel":
                cancel(world, workshop)
                is_appointed = False
            case "remove":
                world.do(
                    lambda uow: remove_member(
                        uow, world.policy, "nairobi", "kofi", "amina", world.now
                    )
                )
                is_appointed = False
            case "sign in":
                world.sign_in("kofi")
            case "a day later":
                world.later(days=1)
        is_on = workshop.first_on <= (world.now + timedelta(hours=3)).date() <= workshop.last_on
        assert (INSTRUCTORS in groups(world, "kofi")) == (is_appointed and is_on)
    world.close()
