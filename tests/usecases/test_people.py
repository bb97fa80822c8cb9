from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalyst_hub.core.community import MembershipRule, Role
from catalyst_hub.core.grant import Source
from catalyst_hub.core.roster import AddingRefusal, Member, RemovingRefusal, found
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.list_people import Roster, list_people
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.remove_member import remove_member
from tests.usecases.world import NAIROBI, World


def add(world: World, name: str, community: str = "nairobi") -> AddingRefusal | None:
    return world.do(lambda uow: add_member(uow, world.policy, community, name, "amina", world.now))


def remove(world: World, name: str, *, by_operator: bool = False) -> RemovingRefusal | None:
    return world.do(
        lambda uow: remove_member(
            uow, world.policy, "nairobi", name, "amina", world.now, by_operator=by_operator
        )
    )


def roster(world: World) -> Roster:
    return world.do(lambda uow: list_people(uow, world.policy, "nairobi", world.now))


def member(world: World, name: str) -> Member:
    return next(m for m in roster(world).members if m.person.name == name)


def names(members: Sequence[Member]) -> list[str]:
    return [member.person.name for member in members]


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("amina", "kofi", "lucia", "bo", "root"):
        world.sign_in(name, display_name=name.title())


def test_the_latecomer_belongs_at_once_without_signing_in_again(world: World) -> None:
    assert add(world, "bo") is None
    now = world.do(lambda uow: refresh_memberships(uow, world.policy, "bo", world.now))
    assert now is not None
    assert now.groups == {"nairobi"}
    assert world.reserve("bo").choice.community == "nairobi"
    assert world.audited().count("member:added") == 1


def test_what_a_hand_gave_survives_every_sign_in(world: World) -> None:
    add(world, "bo")
    assert world.sign_in("bo").memberships == {"nairobi": Role.MEMBER}
    assert member(world, "bo").grants[0].source is Source.MANUAL
    assert member(world, "bo").grants[0].grounds == {"by": "amina"}


def test_who_cannot_be_added_by_hand(world: World) -> None:
    assert add(world, "nobody") is AddingRefusal.UNKNOWN
    assert add(world, "kofi") is AddingRefusal.ALREADY_IN
    assert add(world, "root") is AddingRefusal.OPERATOR
    assert "member:added" not in world.audited()


def test_who_belongs_to_another_community_has_to_agree(world: World) -> None:
    """Or any champion could get power over anybody's servers, by a name."""
    assert add(world, "kofi", "cordoba") is AddingRefusal.MUST_AGREE
    assert world.sign_in("kofi").groups == {"nairobi"}


def test_a_removal_beats_the_rules_until_a_champion_lets_her_in_again(world: World) -> None:
    assert remove(world, "kofi") is None
    assert world.sign_in("kofi").groups == frozenset()
    assert [r.person.name for r in roster(world).removals] == ["kofi"]
    assert add(world, "kofi") is None
    assert world.sign_in("kofi").groups == {"nairobi"}
    assert roster(world).removals == ()


def test_a_person_of_two_communities_may_come_back_although_she_is_in_the_other(
    world: World,
) -> None:
    assert remove(world, "lucia") is None
    assert world.sign_in("lucia").groups == {"cordoba"}
    assert add(world, "lucia") is None
    assert world.sign_in("lucia").groups == {"cordoba", "nairobi"}


def test_a_removal_holds_for_rules_that_are_written_later(world: World) -> None:
    remove(world, "kofi")
    everyone = replace(NAIROBI, members=(MembershipRule("demo", is_everyone=True),))
    world.policy = replace(world.policy, communities=(everyone,))
    assert world.sign_in("kofi").groups == frozenset()
    assert world.sign_in("bo").groups == {"nairobi"}


def test_champions_remove_neither_each_other_nor_operators_nor_strangers(world: World) -> None:
    assert remove(world, "amina") is RemovingRefusal.CHAMPION
    assert remove(world, "root") is RemovingRefusal.OPERATOR
    assert remove(world, "bo") is RemovingRefusal.NOT_IN
    assert remove(world, "nobody") is RemovingRefusal.NOT_IN
    assert remove(world, "root", by_operator=True) is RemovingRefusal.OPERATOR
    assert "member:removed" not in world.audited()


def test_an_operator_may_remove_a_champion(world: World) -> None:
    assert remove(world, "amina", by_operator=True) is None
    assert world.sign_in("amina").groups == frozenset()


def test_the_list_tells_role_and_reason_and_marks_operators(world: World) -> None:
    assert names(roster(world).members) == ["amina", "kofi", "lucia", "root"]
    amina, kofi = member(world, "amina"), member(world, "kofi")
    assert (amina.role, kofi.role) == (Role.CHAMPION, Role.MEMBER)
    [grant] = kofi.grants
    assert grant.source is Source.RULE
    assert grant.grounds == {"provider": "demo", "kind": "people", "word": "kofi"}
    assert [m.is_operator for m in roster(world).members] == [False, False, False, True]


def test_the_reason_follows_the_file(world: World) -> None:
    everyone = replace(NAIROBI, members=(MembershipRule("demo", is_everyone=True),))
    world.policy = replace(world.policy, communities=(everyone,))
    world.sign_in("kofi")
    assert member(world, "kofi").grants[0].grounds == {"provider": "demo", "kind": "everyone"}


def test_people_are_found_whatever_the_case_and_accents(world: World) -> None:
    world.sign_in("lucia", display_name="Lucía Ferreyra")
    members = roster(world).members
    assert names(found(members, "FERREYRA lucia")) == ["lucia"]
    assert names(found(members, "")) == names(members)
    assert names(found(members, "nobody")) == []


def test_who_neither_signs_in_nor_runs_anything_becomes_dormant(world: World) -> None:
    world.later(days=80)
    world.start("kofi")
    world.later(hours=1)
    world.stop("kofi")
    world.later(days=20)
    assert not member(world, "kofi").is_dormant(world.now)
    assert member(world, "lucia").is_dormant(world.now)
    world.sign_in("lucia")
    assert not member(world, "lucia").is_dormant(world.now)


@settings(deadline=None, max_examples=30)
@given(steps=st.lists(st.sampled_from(["add", "remove", "sign in", "no rules", "rules"])))
def test_whatever_happens_a_removed_person_is_out_until_she_is_let_in(
    steps: list[str], new_database: Callable[[], str]
) -> None:
    world = World(new_database())
    full, is_removed = world.policy, False
    world.sign_in("kofi")
    for step in steps:
        match step:
            case "add":
                is_removed = is_removed and add(world, "kofi") is not None
            case "remove":
                is_removed = remove(world, "kofi") is None or is_removed
            case "sign in":
                world.sign_in("kofi")
            case "no rules":
                world.policy = replace(full, communities=(replace(NAIROBI, members=()),))
            case "rules":
                world.policy = full
        memberships = world.do(lambda uow: dict(uow.memberships.of(1)))
        assert not (is_removed and "nairobi" in memberships)
    world.close()
