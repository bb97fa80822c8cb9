"""Out of a community of one's own accord, and back again."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from catalyst_hub.core.community import Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Refusal, Terms, digest
from catalyst_hub.core.leaving import Farewell
from catalyst_hub.core.roster import AddingRefusal
from catalyst_hub.store import Store
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.appoint_champion import appoint_champion
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.give_notices import give_notices
from catalyst_hub.usecases.leave_community import leave_community
from catalyst_hub.usecases.prepare_leaving import prepare_leaving
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.return_to_community import return_to_community
from tests.support.databases import database_url, empty_database_url, postgresql_server
from tests.usecases.world import NOON, POLICY, World

__all__ = ["database_url", "empty_database_url", "postgresql_server"]

CODE = "K7MP4QRX"


def leave(world: World, name: str, community: str = "nairobi") -> bool:
    return world.do(lambda uow: leave_community(uow, community, name, world.now))


def come_back(world: World, name: str, community: str = "nairobi") -> bool | None:
    return world.do(lambda uow: return_to_community(uow, world.policy, community, name, world.now))


def remove(world: World, name: str) -> None:
    world.do(lambda uow: remove_member(uow, world.policy, "nairobi", name, "amina", world.now))


def add(world: World, name: str) -> AddingRefusal | None:
    return world.do(lambda uow: add_member(uow, world.policy, "nairobi", name, "amina", world.now))


def prepared(world: World, name: str, community: str = "nairobi") -> Farewell | None:
    return world.do(lambda uow: prepare_leaving(uow, world.policy, community, name, world.now))


def redeem(world: World, name: str) -> str | Refusal:
    kept = digest("test", CODE)
    return world.do(lambda uow: redeem_invitation(uow, world.policy, kept, name, world.now))


def invite(world: World) -> None:
    kept, terms = digest("test", CODE), Terms(3, 7)
    world.do(
        lambda uow: create_invitation(uow, world.policy, "nairobi", kept, terms, "amina", world.now)
    )


def memberships(world: World, name: str) -> Mapping[str, Role]:
    def look(uow):
        return uow.memberships.of(uow.people.by_name(name).person_id)

    return world.do(look)


def test_whoever_leaves_stays_out_although_the_rules_list_them(world):
    world.sign_in("kofi")
    assert leave(world, "kofi")
    assert world.sign_in("kofi").groups == frozenset()
    assert "member:left" in world.audited()


def test_leaving_takes_back_every_grant(world):
    world.sign_in("kofi")
    invite(world)
    person = world.do(lambda uow: uow.people.by_name("kofi"))
    grant = Grant(Source.MANUAL, Role.MEMBER, world.now, {"by": "amina"})
    world.do(lambda uow: uow.memberships.grant(person.person_id, "nairobi", grant))
    leave(world, "kofi")
    assert memberships(world, "kofi") == {}


def test_leaving_one_community_leaves_the_others(world):
    world.sign_in("lucia")
    leave(world, "lucia", "cordoba")
    assert memberships(world, "lucia") == {"nairobi": Role.MEMBER}
    assert world.sign_in("lucia").groups == {"nairobi"}


def test_nobody_leaves_twice_or_where_they_are_not(world):
    world.sign_in("kofi")
    assert not leave(world, "kofi", "cordoba")
    assert leave(world, "kofi")
    before = world.audited()
    assert not leave(world, "kofi")
    assert not leave(world, "nobody")
    assert world.audited() == before


def test_a_server_that_runs_there_gets_its_notice(world):
    world.sign_in("kofi")
    session = world.start("kofi", community="nairobi")
    leave(world, "kofi")
    verdict = world.do(lambda uow: give_notices(uow, world.policy, world.now, "kofi"))
    assert [notice.session_id for notice in verdict.given] == [session.session_id]


def test_whoever_comes_back_is_let_in_by_the_rules_at_once(world):
    world.sign_in("kofi")
    leave(world, "kofi")
    assert come_back(world, "kofi") is True
    assert memberships(world, "kofi") == {"nairobi": Role.MEMBER}
    assert world.audited()[-1] == "member:returned"


def test_whom_no_rule_lets_in_is_told_so_and_may_be_invited(world):
    invite(world)
    world.sign_in("bo")
    redeem(world, "bo")
    leave(world, "bo")
    assert come_back(world, "bo") is False
    assert memberships(world, "bo") == {}


def test_nobody_comes_back_whom_a_champion_has_taken_out(world):
    world.sign_in("kofi")
    remove(world, "kofi")
    assert come_back(world, "kofi") is None
    assert world.sign_in("kofi").groups == frozenset()


def test_an_invitation_brings_back_who_has_left_but_not_who_was_removed(world):
    invite(world)
    for name in ("kofi", "lucia"):
        world.sign_in(name)
    leave(world, "kofi")
    remove(world, "lucia")
    assert redeem(world, "kofi") == "nairobi"
    assert redeem(world, "lucia") is Refusal.REMOVED
    assert memberships(world, "kofi") == {"nairobi": Role.MEMBER}
    assert world.sign_in("kofi").groups == {"nairobi"}


def test_a_champion_cannot_put_back_who_has_left(world):
    world.sign_in("kofi")
    leave(world, "kofi")
    assert add(world, "kofi") is AddingRefusal.HAS_LEFT
    assert memberships(world, "kofi") == {}


def test_the_last_champion_is_told_and_may_go(world):
    world.sign_in("amina")
    farewell = prepared(world, "amina")
    assert farewell is not None
    assert farewell.is_last_champion
    assert leave(world, "amina")
    assert world.last_facts() == {"last_champion": True}


def test_one_champion_of_two_is_not_the_last(world):
    world.sign_in("amina")
    world.sign_in("kofi")
    kofi = world.do(lambda uow: uow.people.by_name("kofi"))
    grant = Grant(Source.MANUAL, Role.CHAMPION, world.now, {})
    world.do(lambda uow: uow.memberships.grant(kofi.person_id, "nairobi", grant))
    farewell = prepared(world, "amina")
    assert farewell is not None
    assert not farewell.is_last_champion


def test_before_leaving_one_is_told_of_ones_own_servers_there(world):
    for name in ("kofi", "lucia"):
        world.sign_in(name)
        world.start(name, community="nairobi")
    farewell = prepared(world, "lucia")
    assert farewell is not None
    assert farewell.servers == 1
    assert prepared(world, "lucia", "cordoba").servers == 0
    assert prepared(world, "kofi", "cordoba") is None


class Elsewhere(World):
    """The same on whichever database."""

    def __init__(self, url: str) -> None:
        self.store, self.now, self.policy = Store.open(url, "test"), NOON, POLICY


def test_who_leaves_while_her_appointment_is_being_written_is_no_champion(
    database_url: str,
) -> None:
    world, other = Elsewhere(database_url), Elsewhere(database_url)
    world.sign_in("kofi")
    leaving = threading.Thread(target=leave, args=(other, "kofi"))
    with world.store.unit_of_work(write=True) as uow:
        no = appoint_champion(uow, POLICY, "nairobi", "kofi", "root", NOON, by_operator=True)
        assert no is None
        leaving.start()
        # Long enough for one that waits for nobody.
        leaving.join(0.5)
    leaving.join()
    assert "nairobi" not in memberships(world, "kofi")
    world.close()
    other.close()
