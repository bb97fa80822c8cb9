from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.community import Role
from catalyst_hub.core.person import LONGEST_NAME, free_name, readable_name
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from tests.usecases.world import CORDOBA, World


def test_a_persons_rules_decide_her_communities_and_groups(world: World) -> None:
    signed = world.sign_in("lucia", display_name="Lucía")
    assert signed.person.name == "lucia"
    assert signed.person.display_name == "Lucía"
    assert signed.memberships == {"nairobi": Role.MEMBER, "cordoba": Role.MEMBER}
    assert signed.groups == {"nairobi", "cordoba"}
    assert not signed.is_operator


def test_a_champion_is_in_both_groups(world: World) -> None:
    assert world.sign_in("amina").groups == {"nairobi", "nairobi-champions"}


def test_who_no_rule_lets_in_is_a_person_without_groups(world: World) -> None:
    signed = world.sign_in("bo")
    assert (signed.person.name, signed.groups) == ("bo", frozenset())


def test_an_operator_is_in_no_group_even_where_a_rule_makes_her_a_champion(world: World) -> None:
    signed = world.sign_in("root")
    assert signed.is_operator
    assert signed.memberships == {"nairobi": Role.CHAMPION}
    assert signed.groups == frozenset()
    refreshed = world.do(lambda uow: refresh_memberships(uow, world.policy, "root", world.now))
    assert refreshed == signed


def test_the_same_identity_is_the_same_person_whatever_her_login_is_now(world: World) -> None:
    first = world.sign_in("kofi", subject="42")
    again = world.sign_in("kofi-mensah", subject="42")
    assert again.person.person_id == first.person.person_id
    assert again.person.name == "kofi"


def test_the_same_login_at_another_provider_is_another_person(world: World) -> None:
    names = [
        world.sign_in("kofi", provider).person.name for provider in ("demo", "github", "orcid")
    ]
    assert names == ["kofi", "kofi-2", "kofi-3"]


def test_a_newcomer_never_gets_a_name_of_the_hubs_own_users(world: World) -> None:
    assert world.sign_in("admin", taken={"admin", "admin-2"}).person.name == "admin-3"


def test_an_operators_name_waits_for_the_operator(world: World) -> None:
    assert world.sign_in("root", "github").person.name == "root-2"
    assert not world.sign_in("root", "github").is_operator
    assert world.sign_in("root").person.name == "root"


def test_memberships_follow_the_rules_at_the_next_sign_in(world: World) -> None:
    world.sign_in("lucia")
    world.policy = replace(world.policy, communities=(replace(CORDOBA, members=()),))
    signed = world.sign_in("lucia")
    assert (signed.memberships, signed.groups) == ({}, frozenset())
    assert world.audited() == ["person:added", "memberships:changed", "memberships:changed"]
    world.sign_in("lucia")
    assert len(world.audited()) == 3


def test_a_community_that_left_the_file_leaves_the_groups_at_once(world: World) -> None:
    world.sign_in("lucia")
    world.policy = replace(world.policy, communities=(CORDOBA,))
    refreshed = world.do(lambda uow: refresh_memberships(uow, world.policy, "lucia", world.now))
    assert refreshed is not None
    assert refreshed.groups == {"cordoba"}


def test_nothing_is_known_of_a_user_who_never_signed_in(world: World) -> None:
    assert world.do(lambda uow: refresh_memberships(uow, world.policy, "bo", world.now)) is None


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ("kofi", "kofi"),
        ("João.Silva@example.org", "joao-silva"),
        ("Lucía", "lucia"),
        ("o'brien--jr_", "o-brien-jr"),
        ("0000-0002-1825-0097", "person-0000-0002-1825-0097"),
        ("李明", "person"),
        ("", "person"),
        ("a" * 99, "a" * 40),
        ("../../root", "root"),
    ],
)
def test_a_hub_name_is_readable_and_safe(login: str, name: str) -> None:
    assert readable_name(login) == name


@given(st.text(), st.integers(0, 120))
def test_every_login_gets_a_free_name_that_nothing_needs_to_escape(login: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others % 12 + 1):
        name = free_name(login, taken.__contains__)
        assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)
        assert len(name) <= LONGEST_NAME
        assert name not in taken
        taken.add(name)
