"""Several ways to sign in: what each gives, who is blocked, and power that nobody confirms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.community import Claims, Identity, MembershipRule, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Refusal, Terms
from catalyst_hub.core.linking import LinkingRefusal, UnlinkingRefusal
from catalyst_hub.core.person import SignedIn
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.roster import AddingRefusal
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.link_identity import link_identity
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.refresh_memberships import refresh_memberships
from catalyst_hub.usecases.unlink_identity import unlink_identity
from tests.usecases.world import CORDOBA, NAIROBI, World

GITHUB = Provider("github", "github", {}, {"client_id": "x"})
UNI = Provider("uni", "oidc", {}, {"client_id": "x"})
DEMO = Provider("demo", "demo", {})
AT_UNI = (MembershipRule("uni", groups=frozenset({"learners"})),)
BO = (MembershipRule("uni", people=frozenset({"17"})),)
LEADS = (MembershipRule("github", groups=frozenset({"sabana:champions"})),)


@pytest.fixture
def world(world: World) -> World:
    """Nairobi is led from GitHub, Córdoba learns at the university."""
    nairobi = replace(NAIROBI, champions=(*NAIROBI.champions, *LEADS))
    cordoba = replace(CORDOBA, members=(*CORDOBA.members, *AT_UNI))
    world.policy = replace(
        world.policy, providers=(DEMO, GITHUB, UNI), communities=(nairobi, cordoba)
    )
    return world


def link(world: World, name: str, provider: str, subject: str, **claims: object):
    identity, said = Identity(provider, subject), Claims(subject, **claims)  # type: ignore[arg-type]
    return world.do(lambda uow: link_identity(uow, world.policy, name, identity, said, world.now))


def unlink(world: World, name: str, provider: str, subject: str):
    identity = Identity(provider, subject)
    return world.do(lambda uow: unlink_identity(uow, world.policy, name, identity, world.now))


def refreshed(world: World, name: str) -> SignedIn:
    signed = world.do(lambda uow: refresh_memberships(uow, world.policy, name, world.now))
    assert signed is not None
    return signed


def stored(world: World, name: str) -> Mapping[str, Role]:
    def memberships(uow):
        return uow.memberships.of(uow.people.by_name(name).person_id)

    return world.do(memberships)


def change_file(world: World, **changes: object) -> None:
    world.policy = replace(world.policy, **changes)
    world.settle()


def change_community(world: World, slug: str, **changes: object) -> None:
    changed = tuple(
        replace(community, **changes) if community.slug == slug else community
        for community in world.policy.communities
    )
    change_file(world, communities=changed)


LEARNERS = {"groups": frozenset({"learners"})}
CHAMPIONS = {"groups": frozenset({"sabana:champions"})}


# --- several ways ---


def test_what_each_way_gives_adds_up_whichever_she_signs_in_with(world: World) -> None:
    world.sign_in("kofi")
    assert link(world, "kofi", "uni", "17", **LEARNERS) is None
    both = {"nairobi": Role.MEMBER, "cordoba": Role.MEMBER}
    assert refreshed(world, "kofi").memberships == both
    assert world.sign_in("kofi").memberships == both
    assert world.sign_in("17", "uni", **LEARNERS).memberships == both
    assert world.sign_in("17", "uni").memberships == {"nairobi": Role.MEMBER}
    assert world.sign_in("17", "uni").person.name == "kofi"


def test_the_higher_role_of_several_ways_counts(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "github", "4711", **CHAMPIONS)
    assert world.sign_in("kofi").groups == {"nairobi", "nairobi-champions"}
    unlink(world, "kofi", "github", "4711")
    assert refreshed(world, "kofi").groups == {"nairobi"}


def test_with_a_way_goes_only_what_it_alone_gave(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17", **LEARNERS)
    person = world.sign_in("kofi").person
    grant = Grant(Source.MANUAL, Role.MEMBER, world.now, {"by": "amina"})
    world.do(lambda uow: uow.memberships.grant(person.person_id, "cordoba", grant))
    assert unlink(world, "kofi", "demo", "kofi") is None
    assert stored(world, "kofi") == {"cordoba": Role.MEMBER}
    assert world.sign_in("17", "uni").person == person


@pytest.mark.parametrize("rehearsed", [True, False])
def test_somebody_elses_identity_is_not_to_be_had(world: World, rehearsed: bool) -> None:
    world.sign_in("kofi")
    world.sign_in("17", "uni")
    refusal = world.do(
        lambda uow: link_identity(
            uow, world.policy, "kofi", Identity("uni", "17"), Claims("17"), world.now,
            is_rehearsal=rehearsed,
        )
    )  # fmt: skip
    assert refusal is LinkingRefusal.TAKEN
    assert link(world, "kofi", "demo", "kofi") is LinkingRefusal.HERS
    assert world.sign_in("17", "uni").person.name == "person-17"


def test_a_rehearsal_changes_nothing(world: World) -> None:
    world.sign_in("kofi")
    before = world.audited()
    world.do(
        lambda uow: link_identity(
            uow, world.policy, "kofi", Identity("uni", "17"), Claims("17"), world.now,
            is_rehearsal=True,
        )
    )  # fmt: skip
    assert world.audited() == before
    assert world.sign_in("17", "uni").person.name == "person-17"


def test_the_last_way_that_the_hub_still_offers_stays(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17")
    change_file(world, providers=(DEMO, GITHUB))
    assert unlink(world, "kofi", "demo", "kofi") is UnlinkingRefusal.LAST
    assert unlink(world, "kofi", "uni", "17") is None
    assert unlink(world, "kofi", "demo", "kofi") is UnlinkingRefusal.LAST
    assert unlink(world, "kofi", "uni", "17") is UnlinkingRefusal.NOT_HERS


def test_operators_and_others_do_not_become_one(world: World) -> None:
    world.sign_in("root")
    world.sign_in("kofi")
    assert link(world, "root", "uni", "17") is LinkingRefusal.OPERATOR
    listed = (*world.policy.operators, MembershipRule("uni", frozenset({"17"})))
    world.policy = replace(world.policy, operators=listed)
    assert link(world, "kofi", "uni", "17") is LinkingRefusal.OPERATOR
    assert link(world, "root", "uni", "17") is None
    assert refreshed(world, "root").is_operator


def test_what_is_blocked_anywhere_takes_nobody_with_it(world: World) -> None:
    world.sign_in("kofi")
    change_community(world, "cordoba", blocked=BO)
    assert link(world, "kofi", "uni", "17") is LinkingRefusal.BLOCKED
    change_community(world, "cordoba", blocked=())
    assert link(world, "kofi", "uni", "17") is None


def test_who_would_find_an_old_home_with_it_does_not_lose_it(world: World) -> None:
    world.sign_in("kofi")

    def linked(adopted: str) -> LinkingRefusal | None:
        return world.do(
            lambda uow: link_identity(
                uow, world.policy, "kofi", Identity("uni", "17"), Claims("17"), world.now,
                adopted=adopted,
            )
        )  # fmt: skip

    assert linked("kmensah") is LinkingRefusal.OLD_HOME
    world.sign_in("kmensah")
    assert linked("kmensah") is None


# --- the file changes ---


def test_what_rested_on_a_rule_that_is_gone_ends_at_once(world: World) -> None:
    world.sign_in("lucia")
    link(world, "lucia", "uni", "17", **LEARNERS)
    change_community(world, "cordoba", members=CORDOBA.members)
    assert stored(world, "lucia") == {"nairobi": Role.MEMBER, "cordoba": Role.MEMBER}
    change_community(world, "cordoba", members=())
    assert stored(world, "lucia") == {"nairobi": Role.MEMBER}
    change_community(world, "cordoba", members=CORDOBA.members)
    assert stored(world, "lucia") == {"nairobi": Role.MEMBER, "cordoba": Role.MEMBER}


def test_a_champion_whose_rule_is_gone_is_what_the_other_rules_say(world: World) -> None:
    world.sign_in("4711", "github", **CHAMPIONS)
    members = (MembershipRule("github", is_everyone=True),)
    world.policy = replace(
        world.policy,
        communities=(replace(NAIROBI, champions=LEADS, members=members), CORDOBA),
    )
    world.sign_in("4711", "github", **CHAMPIONS)
    change_community(world, "nairobi", champions=())
    assert stored(world, "person-4711") == {"nairobi": Role.MEMBER}


def test_a_file_that_changes_nothing_for_anybody_writes_nothing(world: World) -> None:
    for name in ("kofi", "lucia", "amina", "root", "bo"):
        world.sign_in(name)
    before = world.audited()
    change_file(world, contact="somebody else")
    assert world.audited() == before


# --- who is blocked ---


def test_who_is_blocked_from_the_hub_gets_no_name(world: World) -> None:
    change_file(world, blocked=BO)
    assert world.sign_in("17", "uni") is None
    assert world.rows("SELECT name FROM people") == []


def test_a_block_beats_everything_that_lets_her_in(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17", **LEARNERS)
    change_community(world, "nairobi", blocked=BO)
    assert stored(world, "kofi") == {"cordoba": Role.MEMBER}
    assert world.sign_in("kofi").groups == {"cordoba"}
    added = world.do(
        lambda uow: add_member(uow, world.policy, "nairobi", "kofi", "amina", world.now)
    )
    assert added is AddingRefusal.BLOCKED
    terms = Terms(seats=5, days=1)
    world.do(lambda uow: uow.invitations.add("nairobi", "digest", terms, "amina", world.now))
    redeemed = world.do(
        lambda uow: redeem_invitation(uow, world.policy, "digest", "kofi", world.now)
    )
    assert redeemed is Refusal.REMOVED
    change_community(world, "nairobi", blocked=())
    assert stored(world, "kofi") == {"cordoba": Role.MEMBER, "nairobi": Role.MEMBER}


def test_nobody_gets_rid_of_a_block_with_the_way_that_is_blocked(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17", **LEARNERS)
    change_community(world, "nairobi", blocked=BO)
    assert unlink(world, "kofi", "uni", "17") is UnlinkingRefusal.BLOCKED
    assert world.sign_in("kofi").groups == {"cordoba"}
    assert unlink(world, "kofi", "demo", "kofi") is None
    assert stored(world, "kofi") == {"cordoba": Role.MEMBER}


def test_a_block_does_not_lift_what_a_champion_decided(world: World) -> None:
    world.sign_in("kofi")
    person = world.sign_in("kofi").person
    world.do(lambda uow: uow.memberships.remove(person.person_id, "nairobi", "amina", world.now))
    on_kofi = (MembershipRule("demo", people=frozenset({"Kofi"})),)
    change_community(world, "nairobi", blocked=on_kofi)
    change_community(world, "nairobi", blocked=())
    assert world.sign_in("kofi").memberships == {}


def test_a_block_by_a_group_holds_until_the_provider_says_otherwise(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17", groups=frozenset({"learners", "expelled"}))
    expelled = (MembershipRule("uni", groups=frozenset({"Expelled"})),)
    change_community(world, "nairobi", blocked=expelled)
    assert "nairobi" in stored(world, "kofi")
    world.sign_in("17", "uni", groups=frozenset({"learners", "expelled"}))
    assert world.sign_in("kofi").groups == {"cordoba"}
    world.sign_in("17", "uni", **LEARNERS)
    assert world.sign_in("kofi").groups == {"nairobi", "cordoba"}


def test_no_other_way_leads_around_a_block_of_the_hub(world: World) -> None:
    world.sign_in("kofi")
    link(world, "kofi", "uni", "17")
    world.start("kofi")
    change_file(world, blocked=BO)
    assert world.sign_in("kofi") is None
    blocked = refreshed(world, "kofi")
    assert (blocked.is_blocked, blocked.groups) == (True, frozenset())
    assert stored(world, "kofi") == {}
    verdict = world.do(lambda uow: give_notices(uow, world.policy, world.now))
    assert len(verdict.given) == 1
    change_file(world, blocked=())
    assert world.sign_in("kofi").groups == {"nairobi"}


def test_a_blocked_operator_is_none(world: World) -> None:
    world.sign_in("root")
    change_file(world, blocked=(MembershipRule("demo", people=frozenset({"root"})),))
    assert world.sign_in("root") is None
    assert not refreshed(world, "root").is_operator


# --- power that nobody confirms ---


def test_power_by_a_rule_lapses_until_the_provider_speaks_again(world: World) -> None:
    name = world.sign_in("4711", "github", **CHAMPIONS).person.name
    world.later(hours=3.9)
    assert refreshed(world, name).groups == {"nairobi", "nairobi-champions"}
    world.later(hours=0.2)
    lapsed = refreshed(world, name)
    assert (lapsed.groups, lapsed.memberships) == ({"nairobi"}, {"nairobi": Role.MEMBER})
    again = world.sign_in("4711", "github", **CHAMPIONS, is_visit=False)
    assert again.groups == {"nairobi", "nairobi-champions"}


def test_one_provider_does_not_confirm_what_another_has_said(world: World) -> None:
    name = world.sign_in("4711", "github", **CHAMPIONS).person.name
    link(world, name, "uni", "17")
    world.later(hours=5)
    assert world.sign_in("17", "uni").groups == {"nairobi"}


def test_power_does_not_lapse_where_nobody_can_be_asked_or_a_hand_gave_it(world: World) -> None:
    world.sign_in("amina")
    person = world.sign_in("17", "uni").person
    grant = Grant(Source.MANUAL, Role.CHAMPION, world.now, {"by": "amina"})
    world.do(lambda uow: uow.memberships.grant(person.person_id, "cordoba", grant))
    world.later(days=40)
    assert "nairobi-champions" in refreshed(world, "amina").groups
    assert "cordoba-champions" in refreshed(world, person.name).groups


@pytest.mark.parametrize(("lapses_after", "is_left"), [(None, True), (timedelta(hours=1), False)])
def test_the_operator_says_when_power_lapses(
    world: World, lapses_after: timedelta | None, is_left: bool
) -> None:
    name = world.sign_in("4711", "github", **CHAMPIONS).person.name
    change_file(world, champion_power_lapses_after=lapses_after)
    world.later(hours=2)
    assert ("nairobi-champions" in refreshed(world, name).groups) is is_left


# --- adoption ---


def adopt(world: World, user: str, provider: str, subject: str) -> str:
    signed = world.sign_in(subject, provider, adopted=user, taken={user})
    return signed.person.name


def test_a_user_from_before_is_found_again_with_name_and_ledger(world: World) -> None:
    owner = world.do(lambda uow: uow.people.add("kofi@uni.edu", "kofi@uni.edu", None, world.now))
    assert adopt(world, "kofi@uni.edu", "uni", "17") == "kofi@uni.edu"
    signed = world.sign_in("17", "uni")
    assert signed.person.person_id == owner.person_id
    assert "person:adopted" in world.audited()


def test_a_user_from_before_is_adopted_once(world: World) -> None:
    assert adopt(world, "João.Silva", "uni", "17") == "João.Silva"
    assert adopt(world, "João.Silva", "uni", "18") == "person-18"
    assert adopt(world, "João.Silva", "uni", "17") == "João.Silva"


def test_a_name_that_somebody_has_by_now_is_not_adopted(world: World) -> None:
    world.sign_in("kofi")
    assert adopt(world, "kofi", "uni", "kofi") == "kofi-2"
