"""Ways to sign in, and what follows from them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from catalyst_hub.core.audit import COMMUNITIES_FILE
from catalyst_hub.core.belonging import Belonging, Way
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.store import SqlUnitOfWork, Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running

UNI, LAB = Identity("uni", "17"), Identity("lab", "9")
WORDS = {"provider": "uni", "kind": "groups", "word": "learners"}
MEMBER = Belonging({"andes": (Role.MEMBER, WORDS)})


def kofi(uow: SqlUnitOfWork) -> Person:
    return uow.people.add("kofi", "Kofi", UNI, NOW)


def test_a_person_is_found_by_any_of_her_ways_with_all_of_them(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = kofi(uow)
        uow.identities.add(person, Way(LAB, "", None), NOW + HOUR)
        said = Way(LAB, "k.mensah", NOW, {"andes": {"member": WORDS}})
        uow.identities.confirm(said)
        for identity in (UNI, LAB):
            known = uow.identities.known(identity)
            assert known is not None
            assert known.person == person
            assert known.ways == (Way(UNI, "", None), said)
        assert uow.identities.known(Identity("uni", "9")) is None
        assert list(uow.identities.of(person.person_id)) == list(known.ways)
        assert [(k.person, k.ways) for k in uow.identities.all()] == [(person, known.ways)]


def test_the_ways_of_everybody_who_runs_something_are_read_at_once(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person, bo = kofi(uow), a_person(uow, "bo")
        uow.identities.add(person, Way(LAB, "", None), NOW + HOUR)
        a_person(uow, "lucia")
        for owner in (person, bo):
            running(uow, a_session(owner))
        ways = uow.identities.of_live()
        assert ways[person.person_id] == uow.identities.of(person.person_id)
        assert ways.keys() == {person.person_id, bo.person_id}


def test_an_identity_is_one_persons(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi(uow)
    with pytest.raises(IntegrityError), store.unit_of_work(write=True) as uow:
        uow.identities.add(a_person(uow, "bo"), Way(UNI, "", None), NOW)
    with store.unit_of_work(write=True) as uow:
        uow.identities.remove(UNI)
        uow.identities.add(a_person(uow, "bo"), Way(UNI, "", None), NOW)
        known = uow.identities.known(UNI)
        assert known is not None
        assert known.person.name == "bo"


def test_another_hubs_people_are_nobody_here(store: Store, database_url: str) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi(uow)
    other = Store.open(database_url, "pampa")
    with other.unit_of_work() as uow:
        assert uow.identities.known(UNI) is None
        assert list(uow.identities.all()) == []
    other.close()


def test_following_the_file_says_what_came_of_it(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        her = kofi(uow).person_id
        followed = uow.memberships.follow(her, MEMBER, NOW)
        assert (followed.before, followed.after) == ({}, {"andes": Role.MEMBER})
        assert followed.grants == uow.memberships.grants_of(her)
        again = uow.memberships.follow(her, MEMBER, NOW + HOUR)
        assert again.before == again.after
        assert again.grants["andes"][0].granted_at == NOW
        uow.memberships.grant(her, "andes", Grant(Source.MANUAL, Role.CHAMPION, NOW, {"by": "a"}))
        assert uow.memberships.follow(her, Belonging({}), NOW).after == {"andes": Role.CHAMPION}
        assert uow.memberships.by_rule() == {}


def test_a_block_is_a_removal_by_the_file_and_ends_with_it(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        her = kofi(uow).person_id
        uow.memberships.follow(her, MEMBER, NOW)
        blocked = uow.memberships.follow(her, Belonging({}, frozenset({"andes"})), NOW)
        assert blocked.after == {} == uow.memberships.of(her)
        assert uow.memberships.all_removers() == {her: {"andes": COMMUNITIES_FILE}}
        assert uow.memberships.follow(her, MEMBER, NOW).after == {"andes": Role.MEMBER}
        assert uow.memberships.all_removers() == {}


def test_a_champions_removal_outlasts_the_files(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        her = kofi(uow).person_id
        uow.memberships.remove(her, "andes", "amina", NOW)
        uow.memberships.follow(her, Belonging({}, frozenset({"andes"})), NOW)
        assert uow.memberships.follow(her, MEMBER, NOW).after == {}
        assert uow.memberships.removers(her) == {"andes": "amina"}


def test_who_is_blocked_from_the_hub_belongs_nowhere_until_she_is_not(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        her = kofi(uow).person_id
        uow.memberships.follow(her, MEMBER, NOW)
        out = Belonging({}, is_blocked=True)
        for _ in range(2):
            assert uow.memberships.follow(her, out, NOW).after == {}
            assert uow.memberships.closed_to(her) == {"andes"}
        assert uow.memberships.follow(her, MEMBER, NOW).after == {"andes": Role.MEMBER}
