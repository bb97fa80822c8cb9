"""Asking to join: heard once, answered once, and silent about who was taken out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.community import MembershipRule, Role
from catalyst_hub.core.join_request import LONGEST_MESSAGE, AskingRefusal
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.answer_request import Answered, answer_request
from catalyst_hub.usecases.ask_to_join import ask_to_join
from catalyst_hub.usecases.leave_community import leave_community
from catalyst_hub.usecases.list_requests import list_requests
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.show_joining import Joining, show_joining
from catalyst_hub.usecases.withdraw_request import withdraw_request
from tests.usecases.world import CORDOBA, NAIROBI, World


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    more = (replace(NAIROBI, slug=f"more-{n}", members=(), takes_requests=True) for n in range(3))
    asked = replace(NAIROBI, takes_requests=True)
    world.policy = replace(world.policy, communities=(asked, CORDOBA, *more))
    for name in ("amina", "kofi", "bo", "root"):
        world.sign_in(name)


def ask(world: World, name: str, slug: str = "nairobi", message: str = "") -> AskingRefusal | None:
    return world.do(lambda uow: ask_to_join(uow, world.policy, slug, name, message, world.now))


def answer(
    world: World, request_id: int, actor: str = "amina", *, approves: bool = True
) -> Answered | None:
    return world.do(
        lambda uow: answer_request(
            uow, world.policy, "nairobi", request_id, actor, world.now, approves=approves
        )
    )


def waiting(world: World) -> list[tuple[str, int]]:
    shown = world.do(lambda uow: list_requests(uow, world.policy, "nairobi"))
    return [(applicant.person.name, applicant.request.request_id) for applicant in shown]


def joining(world: World, name: str) -> Joining:
    return world.do(lambda uow: show_joining(uow, world.policy, name, world.now))


def remove(world: World, name: str) -> None:
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", name, "amina", world.now))


def test_a_request_is_shown_to_champions_and_approving_it_lets_in(world: World) -> None:
    assert ask(world, "bo", message="  I teach\n\nbiology ") is None
    [applicant] = world.do(lambda uow: list_requests(uow, world.policy, "nairobi"))
    assert applicant.request.message == "I teach biology"
    assert [way.identity.provider for way in applicant.ways] == ["demo"]
    answered = answer(world, applicant.request.request_id)
    assert answered is not None
    assert not answered.by_another
    assert world.sign_in("bo").memberships == {"nairobi": Role.MEMBER}
    assert waiting(world) == []
    assert world.audited()[-2:] == ["request:made", "request:approved"]


def test_the_grounds_name_the_request_and_the_champion(world: World) -> None:
    ask(world, "bo")
    [(_, request_id)] = waiting(world)
    answer(world, request_id)
    grants = world.do(lambda uow: uow.memberships.grants_in("nairobi"))
    assert {"request": request_id, "by": "amina"} in [g[0].grounds for g in grants.values()]


def test_a_button_pressed_twice_asks_once(world: World) -> None:
    assert ask(world, "bo") is None
    assert ask(world, "bo") is AskingRefusal.ALREADY_ASKED
    assert len(waiting(world)) == 1


@pytest.mark.parametrize(
    ("name", "slug"),
    [("kofi", "nairobi"), ("bo", "cordoba"), ("bo", "atlantis"), ("root", "more-1"), ("x", "")],
)
def test_nobody_asks_where_there_is_nothing_to_ask_for(world: World, name: str, slug: str) -> None:
    assert ask(world, name, slug) is AskingRefusal.NOT_ASKED_FOR
    assert "request:made" not in world.audited()


def test_three_requests_a_day_are_heard(world: World) -> None:
    for n in range(3):
        assert ask(world, "bo", f"more-{n}") is None
    assert ask(world, "bo") is AskingRefusal.TOO_MANY
    world.later(days=1)
    assert ask(world, "bo") is None


def test_withdrawing_and_asking_again_counts_against_the_day(world: World) -> None:
    for _ in range(3):
        assert ask(world, "bo") is None
        [(_, request_id)] = waiting(world)
        work = "bo", request_id, world.now
        assert world.do(lambda uow, work=work: withdraw_request(uow, *work))
    assert ask(world, "bo") is AskingRefusal.TOO_MANY


def test_only_who_asked_withdraws_and_only_once(world: World) -> None:
    ask(world, "bo")
    [(_, request_id)] = waiting(world)
    for name, is_done in (("kofi", False), ("bo", True), ("bo", False)):
        work = name, request_id, world.now
        assert world.do(lambda uow, work=work: withdraw_request(uow, *work)) is is_done


def test_who_was_declined_is_told_and_may_ask_again_after_a_week(world: World) -> None:
    ask(world, "bo")
    [(_, request_id)] = waiting(world)
    answer(world, request_id, approves=False)
    assert [r.request_id for r in joining(world, "bo").declined] == [request_id]
    assert "nairobi" not in [c.slug for c in joining(world, "bo").open_to_ask]
    assert ask(world, "bo") is AskingRefusal.TOO_SOON
    world.later(days=7)
    assert joining(world, "bo").declined == ()
    assert ask(world, "bo") is None


def test_who_was_taken_out_sees_what_everybody_sees_and_reaches_nobody(world: World) -> None:
    remove(world, "kofi")
    assert ask(world, "kofi") is None
    assert ask(world, "bo") is None
    assert [name for name, _ in waiting(world)] == ["bo"]
    of_kofi, of_bo = joining(world, "kofi"), joining(world, "bo")
    assert [r.community for r in of_kofi.waiting] == [r.community for r in of_bo.waiting]
    assert of_kofi.open_to_ask == of_bo.open_to_ask
    assert answer(world, of_kofi.waiting[0].request_id) is None
    assert world.sign_in("kofi").groups == frozenset()


def test_who_is_blocked_there_reaches_nobody_either(world: World) -> None:
    nairobi, *others = world.policy.communities
    blocked = replace(nairobi, blocked=(MembershipRule("demo", frozenset({"bo"})),))
    world.policy = replace(world.policy, communities=(blocked, *others))
    assert ask(world, "bo") is None
    [request] = joining(world, "bo").waiting
    assert waiting(world) == []
    assert answer(world, request.request_id) is None


def test_who_left_by_herself_may_ask_to_come_back(world: World) -> None:
    world.do(lambda uow: leave_community(uow, "nairobi", "kofi", world.now))
    assert ask(world, "kofi") is None
    [(_, request_id)] = waiting(world)
    answer(world, request_id)
    assert world.sign_in("kofi").groups == {"nairobi"}


def test_of_two_champions_one_wins_and_the_other_is_told(world: World) -> None:
    ask(world, "bo")
    [(_, request_id)] = waiting(world)
    answer(world, request_id, "amina", approves=False)
    second = answer(world, request_id, "joao")
    assert second is not None
    assert second.by_another
    assert (second.request.answered_by, second.request.answer) == ("amina", "declined")
    assert world.sign_in("bo").groups == frozenset()


def test_the_same_answer_twice_is_one_answer(world: World) -> None:
    ask(world, "bo")
    [(_, request_id)] = waiting(world)
    answer(world, request_id)
    again = answer(world, request_id)
    assert again is not None
    assert not again.by_another
    assert world.audited().count("request:approved") == 1


def test_a_request_of_another_community_is_nobodys_business(world: World) -> None:
    ask(world, "bo", "more-1")
    [request] = joining(world, "bo").waiting
    assert answer(world, request.request_id) is None


def test_who_came_in_another_way_meanwhile_waits_no_more(world: World) -> None:
    ask(world, "bo")
    world.do(lambda uow: add_member(uow, world.policy, "nairobi", "bo", "amina", world.now))
    assert waiting(world) == []
    assert joining(world, "bo").waiting == ()


def test_a_message_has_a_length(world: World) -> None:
    ask(world, "bo", message="x" * 10_000)
    [applicant] = world.do(lambda uow: list_requests(uow, world.policy, "nairobi"))
    assert len(applicant.request.message) == LONGEST_MESSAGE
