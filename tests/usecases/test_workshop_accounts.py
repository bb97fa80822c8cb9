from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.belonging import Way
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.invitation import Invitation, Refusal, Terms
from catalyst_hub.core.phrase import WORKSHOP_ACCOUNTS, Giver, KeptPhrase, ResettingRefusal
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.redemption import let_in
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.core.workshop import Plan
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.change_phrase import change_phrase
from catalyst_hub.usecases.check_invitation import check_invitation
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.find_returning import find_returning
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.reset_phrase import Reset, reset_phrase
from catalyst_hub.usecases.revoke_invitation import revoke_invitation
from catalyst_hub.usecases.sign_up import Newcomer, sign_up
from tests.usecases.world import World

CODE = "1" * 64
OTHER_CODE = "2" * 64


@pytest.fixture(autouse=True)
def _accounts(world: World) -> None:
    providers = (
        Provider("workshop", WORKSHOP_ACCOUNTS, {"": "Workshops"}),
        Provider("demo", "demo", {"": "Demo"}),
    )
    world.policy = replace(world.policy, providers=providers)


def invite(
    world: World, community: str = "nairobi", code: str = CODE, **terms: object
) -> Invitation:
    made = Terms(**{"seats": 5, "days": 7} | terms)
    invitation = world.do(
        lambda uow: create_invitation(uow, world.policy, community, code, made, "amina", world.now)
    )
    assert isinstance(invitation, Invitation)
    return invitation


def come(world: World, wanted: str = "Wanjiru", code: str = CODE, **more: object):
    newcomer = Newcomer(Identity("workshop", str(more.get("subject", wanted))), wanted, "kept")
    taken = more.get("taken", ())
    return world.do(
        lambda uow: sign_up(uow, world.policy, code, newcomer, world.now, taken)  # type: ignore[arg-type]
    )


def newcomer(world: World, wanted: str = "Wanjiru", **more: object) -> Person:
    person = come(world, wanted, **more)  # type: ignore[arg-type]
    assert isinstance(person, Person)
    return person


def phrase(world: World, name: str) -> KeptPhrase | None:
    return world.do(lambda uow: uow.phrases.of(uow.people.by_name(name).person_id))


def roles(world: World, name: str) -> dict[str, Role]:
    return world.do(lambda uow: dict(uow.memberships.of(uow.people.by_name(name).person_id)))


def test_a_code_makes_a_person_with_a_phrase_and_a_seat(world: World) -> None:
    invitation = invite(world)
    person = newcomer(world)
    assert (person.name, person.display_name) == ("wanjiru", "Wanjiru")
    assert roles(world, "wanjiru") == {"nairobi": Role.MEMBER}
    assert phrase(world, "wanjiru") == KeptPhrase("kept", world.now)
    assert world.do(lambda uow: uow.invitations.get(invitation.invitation_id)).used == 1
    assert world.audited()[-2:] == ["person:added", "invitation:redeemed"]


def test_a_code_that_lets_nobody_in_leaves_no_trace(world: World) -> None:
    gone = invite(world, seats=1)
    newcomer(world)
    before = world.rows("SELECT count(*) FROM people"), world.audited()
    assert come(world, "Otieno") is Refusal.FULL
    assert come(world, "Otieno", "9" * 64) is Refusal.UNKNOWN
    world.do(lambda uow: revoke_invitation(uow, "nairobi", gone.invitation_id, "amina", world.now))
    assert come(world, "Otieno") is Refusal.REVOKED
    assert (world.rows("SELECT count(*) FROM people"), world.audited()[:-1]) == before
    assert world.rows("SELECT count(*) FROM return_phrases") == [(1,)]


def test_a_code_ends_for_newcomers_too(world: World) -> None:
    invite(world, days=1)
    world.later(days=1)
    assert come(world) is Refusal.EXPIRED


def test_a_code_that_gives_power_is_not_for_newcomers(world: World) -> None:
    invite(world, role=Role.CHAMPION)
    assert come(world) is Refusal.NOT_FOR_NEWCOMERS
    checked = world.do(lambda uow: check_invitation(uow, world.policy, CODE, world.now))
    assert checked is Refusal.NOT_FOR_NEWCOMERS


def test_a_community_that_left_the_file_lets_no_newcomer_in(world: World) -> None:
    invite(world)
    world.policy = replace(world.policy, communities=())
    assert come(world) is Refusal.UNKNOWN


def test_looking_at_a_code_takes_no_seat(world: World) -> None:
    invitation = invite(world, seats=1)
    for _ in range(3):
        answer = world.do(lambda uow: check_invitation(uow, world.policy, CODE, world.now))
        assert answer == "nairobi"
    assert world.do(lambda uow: uow.invitations.get(invitation.invitation_id)).used == 0


def test_the_same_identity_signs_up_once(world: World) -> None:
    invite(world)
    newcomer(world, subject="form")
    assert come(world, "Otieno", subject="form") is None
    assert world.rows("SELECT count(*) FROM people") == [(1,)]


@pytest.mark.parametrize("wanted", ["root", "Root", "admin", "Ro-ot!", "boss", "kofi", "Kofi!"])
def test_no_name_makes_anybody_special(world: World, wanted: str) -> None:
    invite(world)
    world.sign_in("kofi")
    person = newcomer(world, wanted, taken={"boss"})
    assert person.name not in {"root", "admin", "boss", "kofi"}
    signed = world.sign_in("", "workshop", subject=wanted, display_name=person.display_name)
    assert signed.person.person_id == person.person_id
    assert (signed.is_operator, signed.groups) == (False, {"nairobi"})


def test_a_name_of_no_latin_letter_is_shown_as_it_is(world: World) -> None:
    invite(world)
    assert [newcomer(world, name).name for name in ("Ольга", "ኣስቴር")] == ["person", "person-2"]
    assert newcomer(world, "Ольга", subject="x").display_name == "Ольга"


# --- coming back ---


def found(world: World, name: str, provider: str = "workshop") -> str | None:
    returning = world.do(lambda uow: find_returning(uow, provider, name))
    return returning.identity.subject if returning else None


def test_whoever_came_in_here_is_found_by_name(world: World) -> None:
    invite(world)
    newcomer(world, subject="secret")
    world.sign_in("kofi")
    assert found(world, "wanjiru") == "secret"
    assert found(world, "kofi") is None
    assert found(world, "nobody") is None
    assert found(world, "wanjiru", "demo") is None


# --- another phrase ---


def test_a_person_changes_her_own_phrase(world: World) -> None:
    invite(world)
    newcomer(world)
    later = world.later(hours=1)
    assert world.do(lambda uow: change_phrase(uow, "wanjiru", "new", world.now))
    assert phrase(world, "wanjiru") == KeptPhrase("new", later)
    assert world.audited()[-1] == "phrase:changed"


def test_whoever_has_none_gets_none(world: World) -> None:
    world.sign_in("kofi")
    for name in ("kofi", "nobody"):
        assert not world.do(lambda uow, name=name: change_phrase(uow, name, "new", world.now))
    assert world.rows("SELECT count(*) FROM return_phrases") == [(0,)]


def reset(
    world: World,
    name: str = "wanjiru",
    community: str = "nairobi",
    giver: Giver = Giver.CHAMPION,
    actor: str = "amina",
    digest: str | None = "new",
):
    asked = Reset(community, name, actor, giver)
    return world.do(lambda uow: reset_phrase(uow, world.policy, asked, digest, world.now))


def test_a_champion_gives_a_learner_another_phrase_and_is_named(world: World) -> None:
    invite(world)
    newcomer(world)
    later = world.later(hours=1)
    assert isinstance(reset(world), Person)
    assert phrase(world, "wanjiru") == KeptPhrase("new", later, "amina")
    [line] = world.rows(
        "SELECT actor, action, community, subject FROM audit ORDER BY audit_id DESC LIMIT 1"
    )
    assert line == ("amina", "phrase:reset", "nairobi", "wanjiru")
    assert isinstance(reset(world, digest=None), Person)
    assert phrase(world, "wanjiru") == KeptPhrase("new", later, "amina")


def test_her_own_phrase_is_her_own_again(world: World) -> None:
    invite(world)
    newcomer(world)
    reset(world)
    world.do(lambda uow: change_phrase(uow, "wanjiru", "mine", world.now))
    assert phrase(world, "wanjiru").reset_by is None


def test_a_champion_takes_over_nobody(world: World) -> None:
    """Each of these would be a way to be somebody else."""
    invite(world)
    invite(world, "cordoba", OTHER_CODE)
    newcomer(world, "Wanjiru")
    newcomer(world, "Ines", code=OTHER_CODE)
    world.sign_in("kofi")
    world.sign_in("root")
    assert reset(world, "ines") is ResettingRefusal.NOT_IN
    assert reset(world, "nobody") is ResettingRefusal.NOT_IN
    assert reset(world, "kofi") is ResettingRefusal.NO_PHRASE
    assert reset(world, "root") is ResettingRefusal.NO_PHRASE
    assert reset(world, community="cordoba") is ResettingRefusal.NOT_IN
    assert phrase(world, "wanjiru") == phrase(world, "ines") == KeptPhrase("kept", world.now)
    assert "phrase:reset" not in world.audited()


def test_to_add_a_stranger_by_hand_is_no_way_into_her_files(world: World) -> None:
    invite(world, "cordoba", OTHER_CODE)
    newcomer(world, "Ines", code=OTHER_CODE)
    world.do(lambda uow: remove_member(uow, world.policy, "cordoba", "ines", "joao", world.now))
    added = world.do(
        lambda uow: add_member(uow, world.policy, "nairobi", "ines", "amina", world.now)
    )
    assert added is None
    assert reset(world, "ines") is ResettingRefusal.NEVER_AGREED
    assert isinstance(reset(world, "ines", giver=Giver.OPERATOR, actor="root"), Person)


def test_whoever_belongs_to_two_communities_is_no_champions(world: World) -> None:
    invite(world)
    person = newcomer(world)
    invitation = invite(world, "cordoba", OTHER_CODE)
    world.do(lambda uow: let_in(uow, person, invitation, world.now))
    assert reset(world) is ResettingRefusal.OTHER_COMMUNITY
    assert reset(world, community="cordoba") is ResettingRefusal.OTHER_COMMUNITY


def test_whoever_has_linked_another_account_helps_herself(world: World) -> None:
    invite(world)
    person = newcomer(world)
    world.do(
        lambda uow: uow.identities.add(
            person, Way(Identity("demo", "wanjiru"), "", None), world.now
        )
    )
    assert reset(world) is ResettingRefusal.OTHER_WAYS


# --- instructors ---


def workshop(world: World, days: int = 1) -> int:
    today = world.now.date()
    plan = Plan("Maps", today, today + timedelta(days=days))
    made = world.do(lambda uow: uow.workshops.add("nairobi", plan, "amina", world.now))
    return int(made.workshop_id)


def test_an_instructor_helps_the_learners_of_her_workshop_while_it_runs(world: World) -> None:
    number = workshop(world)
    joao = world.sign_in("joao").person
    world.do(lambda uow: uow.workshops.appoint(number, joao.person_id, "amina", world.now))
    invite(world, workshop_id=number)
    invite(world, code=OTHER_CODE)
    newcomer(world)
    newcomer(world, "Otieno", code=OTHER_CODE)
    as_joao = {"giver": Giver.INSTRUCTOR, "actor": "joao"}
    assert isinstance(reset(world, **as_joao), Person)
    assert reset(world, "otieno", **as_joao) is ResettingRefusal.NOT_TAUGHT
    world.later(days=3)
    assert reset(world, **as_joao) is ResettingRefusal.NOT_TAUGHT


def test_an_instructor_is_reset_by_nobody(world: World) -> None:
    invite(world)
    person = newcomer(world)
    number = workshop(world)
    world.do(lambda uow: uow.workshops.appoint(number, person.person_id, "amina", world.now))
    for giver in Giver:
        assert reset(world, giver=giver) is ResettingRefusal.POWERFUL


def test_a_code_for_instructors_is_not_for_newcomers(world: World) -> None:
    invite(world, workshop_id=workshop(world), is_for_instructors=True)
    assert come(world) is Refusal.NOT_FOR_NEWCOMERS
