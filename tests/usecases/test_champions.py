from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Source
from catalyst_hub.core.roles import AppointingRefusal, DismissingRefusal
from catalyst_hub.usecases.appoint_champion import appoint_champion
from catalyst_hub.usecases.dismiss_champion import dismiss_champion
from catalyst_hub.usecases.remove_member import remove_member
from tests.usecases.world import NAIROBI, World

FREE = Bounds(champions_may_appoint=True, most_champions=3)


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    within(world, FREE)
    for name in ("amina", "kofi", "lucia", "bo", "root"):
        world.sign_in(name, display_name=name.title())


def within(world: World, bounds: Bounds) -> None:
    world.policy = replace(world.policy, communities=(replace(NAIROBI, bounds=bounds),))


def appoint(
    world: World, name: str, *, actor: str = "amina", by_operator: bool = False
) -> AppointingRefusal | None:
    return world.do(
        lambda uow: appoint_champion(
            uow, world.policy, "nairobi", name, actor, world.now, by_operator=by_operator
        )
    )


def dismiss(world: World, name: str, *, by_operator: bool = False) -> DismissingRefusal | None:
    return world.do(
        lambda uow: dismiss_champion(uow, "nairobi", name, name, world.now, by_operator=by_operator)
    )


def test_a_champion_makes_a_member_a_champion_and_no_sign_in_undoes_it(world: World) -> None:
    assert appoint(world, "kofi") is None
    assert world.sign_in("kofi").groups == {"nairobi", "nairobi-champions"}
    assert world.audited().count("champion:appointed") == 1


def test_removing_somebody_waits_for_whoever_appoints_them(world: World) -> None:
    """Both hold the same lock, which is a write: see the races of starts for what it is worth."""
    taken = "SELECT taken FROM community_locks WHERE slug = 'nairobi'"
    assert appoint(world, "kofi") is None
    ((before,),) = world.rows(taken)
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", "lucia", "amina", world.now))
    assert world.rows(taken) == [(before + 1,)]


def test_without_the_operators_word_champions_appoint_nobody(world: World) -> None:
    within(world, Bounds())
    assert appoint(world, "kofi") is AppointingRefusal.NOT_ALLOWED
    assert appoint(world, "kofi", by_operator=True) is None


def test_who_does_not_belong_or_runs_the_hub_becomes_no_champion(world: World) -> None:
    assert appoint(world, "bo") is AppointingRefusal.NOT_IN
    assert appoint(world, "nobody") is AppointingRefusal.NOT_IN
    assert appoint(world, "root", by_operator=True) is AppointingRefusal.OPERATOR
    assert appoint(world, "amina") is AppointingRefusal.ALREADY
    assert world.sign_in("bo").groups == world.sign_in("root").groups == frozenset()
    assert "champion:appointed" not in world.audited()


def test_champions_stop_at_the_number_the_operator_allows(world: World) -> None:
    # Amina, and root, whom the rules of this community name as well, are two of the three.
    assert appoint(world, "kofi") is None
    assert appoint(world, "lucia") is AppointingRefusal.ENOUGH
    assert appoint(world, "lucia", by_operator=True) is None


def test_a_champion_by_hand_gives_it_up_and_stays_a_member(world: World) -> None:
    appoint(world, "kofi")
    assert dismiss(world, "kofi") is None
    assert world.sign_in("kofi").groups == {"nairobi"}
    grants = world.do(lambda uow: uow.memberships.grants_in("nairobi"))[2]
    assert {(g.source, g.role) for g in grants} == {
        (Source.RULE, Role.MEMBER),
        (Source.MANUAL, Role.MEMBER),
    }


def test_a_champion_by_rule_is_the_files_to_dismiss(world: World) -> None:
    assert dismiss(world, "amina") is DismissingRefusal.BY_RULE
    assert dismiss(world, "amina", by_operator=True) is DismissingRefusal.BY_RULE
    assert dismiss(world, "kofi", by_operator=True) is DismissingRefusal.NONE
    assert dismiss(world, "nobody") is DismissingRefusal.NONE


def test_the_last_champion_does_not_leave_a_community_alone(world: World) -> None:
    appoint(world, "kofi")
    world.policy = replace(
        world.policy, communities=(replace(world.policy.communities[0], champions=()),)
    )
    world.sign_in("amina")
    world.sign_in("root")
    assert dismiss(world, "kofi") is DismissingRefusal.LAST
    assert dismiss(world, "kofi", by_operator=True) is None
