from __future__ import annotations

from dataclasses import replace

import pytest

from catalyst_hub.core.community import Role
from catalyst_hub.core.invitation import Invitation, Refusal, Terms
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.revoke_invitation import revoke_invitation
from tests.usecases.world import NAIROBI, World

D1, D2 = "1" * 64, "2" * 64


def invite(world: World, digest: str = D1, seats: int = 2, **terms: object) -> Invitation:
    made = Terms(seats=seats, **{"days": 7} | terms)
    return world.do(
        lambda uow: create_invitation(
            uow, world.policy, "nairobi", digest, made, "amina", world.now
        )
    )


def redeem(world: World, name: str, digest: str = D1) -> str | Refusal:
    return world.do(lambda uow: redeem_invitation(uow, world.policy, digest, name, world.now))


def roles(world: World, name: str) -> dict[str, Role]:
    return dict(world.sign_in(name).memberships)


@pytest.fixture(autouse=True)
def _people(world: World) -> None:
    for name in ("bo", "tomas", "ines", "amina"):
        world.sign_in(name)


def test_a_code_lets_its_bearer_in_for_good(world: World) -> None:
    invite(world)
    assert redeem(world, "bo") == "nairobi"
    world.later(days=30)
    assert roles(world, "bo") == {"nairobi": Role.MEMBER}
    assert world.audited()[-1] == "invitation:redeemed"


def test_a_rehearsal_lets_nobody_in(world: World) -> None:
    invitation = invite(world, seats=1)
    for _ in range(2):
        answer = world.do(
            lambda uow: redeem_invitation(uow, world.policy, D1, "bo", world.now, is_rehearsal=True)
        )
        assert answer == "nairobi"
    assert roles(world, "bo") == {}
    kept = world.do(lambda uow: uow.invitations.get(invitation.invitation_id))
    assert kept == invitation


def test_what_is_kept_of_a_code_is_its_digest(world: World) -> None:
    invitation = invite(world)
    [row] = world.rows("SELECT * FROM invitations")
    assert D1 in row
    assert invitation.used == 0


def test_seats_are_counted_and_the_last_one_is_the_last(world: World) -> None:
    invitation = invite(world)
    assert [redeem(world, name) for name in ("bo", "bo", "tomas")] == ["nairobi"] * 3
    assert redeem(world, "ines") is Refusal.FULL
    assert roles(world, "ines") == {}
    kept = world.do(lambda uow: uow.invitations.get(invitation.invitation_id))
    assert kept is not None
    assert kept.used == 2


def test_who_belongs_by_a_rule_takes_no_seat(world: World) -> None:
    world.sign_in("kofi")
    invite(world, seats=1)
    assert redeem(world, "kofi") == "nairobi"
    assert redeem(world, "bo") == "nairobi"


def test_a_code_ends_with_its_last_day(world: World) -> None:
    invite(world, days=1)
    world.later(hours=23, minutes=59)
    assert redeem(world, "bo") == "nairobi"
    world.later(minutes=1)
    assert redeem(world, "tomas") is Refusal.EXPIRED


def test_a_revoked_code_lets_nobody_in_and_nobody_out(world: World) -> None:
    invitation = invite(world)
    redeem(world, "bo")
    assert revoke(world, invitation.invitation_id)
    assert not revoke(world, invitation.invitation_id)
    assert redeem(world, "tomas") is Refusal.REVOKED
    assert roles(world, "bo") == {"nairobi": Role.MEMBER}
    assert world.audited().count("invitation:revoked") == 1


def revoke(world: World, invitation_id: int, community: str = "nairobi") -> bool:
    return world.do(
        lambda uow: revoke_invitation(uow, community, invitation_id, "amina", world.now)
    )


def test_the_champion_of_another_community_revokes_nothing(world: World) -> None:
    invitation = invite(world)
    assert not revoke(world, invitation.invitation_id, "cordoba")
    assert redeem(world, "bo") == "nairobi"


def test_an_unknown_code_and_an_unknown_person_get_the_same_answer(world: World) -> None:
    invite(world)
    assert redeem(world, "bo", D2) is Refusal.UNKNOWN
    assert redeem(world, "nobody") is Refusal.UNKNOWN


def test_a_community_that_left_the_file_lets_nobody_in(world: World) -> None:
    invite(world)
    world.policy = replace(world.policy, communities=())
    assert redeem(world, "bo") is Refusal.UNKNOWN


def test_an_invitation_of_another_hub_is_none_here(world: World) -> None:
    invite(world)
    world.store.hub = "elsewhere"
    world.sign_in("bo")
    assert redeem(world, "bo") is Refusal.UNKNOWN


def test_a_champions_code_makes_champions(world: World) -> None:
    invite(world, role=Role.CHAMPION)
    redeem(world, "bo")
    assert world.sign_in("bo").groups == {"nairobi", "nairobi-champions"}


def test_a_person_who_was_removed_is_not_let_in_by_any_code(world: World) -> None:
    invite(world)
    redeem(world, "bo")
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", "bo", "amina", world.now))
    invite(world, D2)
    assert redeem(world, "bo") is redeem(world, "bo", D2) is Refusal.REMOVED
    assert roles(world, "bo") == {}


def test_the_rules_of_the_file_do_not_touch_what_a_code_gave(world: World) -> None:
    invite(world)
    redeem(world, "bo")
    everybody_else = replace(NAIROBI, members=())
    world.policy = replace(world.policy, communities=(everybody_else,))
    assert roles(world, "bo") == {"nairobi": Role.MEMBER}
