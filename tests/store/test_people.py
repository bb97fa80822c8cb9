from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import Owner
from catalyst_hub.core.workshop import Plan
from catalyst_hub.store import Database, Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

MEMBER, CHAMPION = Role.MEMBER, Role.CHAMPION


def test_a_person_is_found_by_her_name_and_by_who_signed_in(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        lucia = uow.people.add("lucia", "Lucía", Identity("unc", "4711"), NOW)
        assert uow.people.by_name("lucia") == lucia
        assert uow.people.by_identity(Identity("unc", "4711")) == lucia
        assert uow.people.by_identity(Identity("other", "4711")) is None
        assert uow.people.identities(lucia.person_id) == [Identity("unc", "4711")]


def test_a_name_is_given_once_in_a_hub(store: Store) -> None:
    with pytest.raises(IntegrityError), store.unit_of_work(write=True) as uow:
        a_person(uow, "kofi")
        uow.people.add("kofi", "Another", Identity("demo", "another"), NOW)


def test_two_hubs_in_one_database_have_people_of_their_own(database_url: str) -> None:
    database = Database.open(database_url)
    andes, sahel = Store(database, "andes"), Store(database, "sahel")
    with andes.unit_of_work(write=True) as uow:
        in_andes = a_person(uow, "kofi")
    with sahel.unit_of_work(write=True) as uow:
        assert uow.people.by_name("kofi") is None
        in_sahel = a_person(uow, "kofi")
        assert uow.people.named([in_andes.person_id]) == {}
    assert in_andes.person_id != in_sahel.person_id
    database.close()


def test_a_pseudonym_is_random(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        one, other = a_person(uow, "kofi"), a_person(uow, "amina")
    assert len(one.pseudonym) == 12
    assert one.pseudonym != other.pseudonym
    assert "kofi" not in one.pseudonym


def test_what_the_provider_calls_her_and_her_language_are_remembered(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        lucia = a_person(uow, "lucia")
        uow.people.signed_in(lucia, "Lucía Gómez", NOW + HOUR)
        uow.people.set_language(lucia, "es")
    with store.unit_of_work() as uow:
        found = uow.people.named([lucia.person_id])[lucia.person_id]
        assert (found.display_name, found.language) == ("Lucía Gómez", "es")
        assert uow.people.named([]) == {}


def by_rule(roles: dict[str, Role]) -> Belonging:
    return Belonging({slug: (role, {"kind": "everyone"}) for slug, role in roles.items()})


def test_memberships_by_rule_follow_the_rules_in_the_order_of_joining(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        her = a_person(uow, "lucia").person_id
        uow.memberships.follow(her, by_rule({"andes": MEMBER}), NOW)
        uow.memberships.follow(her, by_rule({"pampa": MEMBER, "andes": CHAMPION}), NOW + HOUR)
        assert list(uow.memberships.of(her).items()) == [("andes", CHAMPION), ("pampa", MEMBER)]
        assert uow.memberships.members_of("andes") == {her: CHAMPION}
        uow.memberships.follow(her, by_rule({"pampa": MEMBER}), NOW + 2 * HOUR)
        assert uow.memberships.of(her) == {"pampa": MEMBER}
        assert uow.memberships.members_of("andes") == {}


def test_what_was_granted_by_hand_outlives_the_rules_and_the_higher_role_counts(
    database_url: str,
) -> None:
    database = Database.open(database_url)
    store = Store(database, "andes")
    with store.unit_of_work(write=True) as uow:
        her = a_person(uow, "amina").person_id
        uow.memberships.follow(her, by_rule({"savanna": MEMBER}), NOW)
    with database.transaction(write=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO memberships (hub, person_id, community, role, granted_by, joined_at) "
            f"VALUES ('andes', {her}, 'savanna', 'champion', 'manual', 0)"
        )
    with store.unit_of_work(write=True) as uow:
        assert uow.memberships.of(her) == {"savanna": CHAMPION}
        uow.memberships.follow(her, by_rule({}), NOW + HOUR)
        assert uow.memberships.of(her) == {"savanna": CHAMPION}
    database.close()


def test_of_some_changes_the_audit_tells_only_what_was_done_for_others(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        for actor, action in (
            ("kofi", "session:reserved"),
            ("amina", "session:reserved"),
            ("kofi", "member:left"),
            ("amina", "workshop:scheduled"),
        ):
            subject = None if action == "workshop:scheduled" else "kofi"
            uow.audit.add(NOW, actor, action, community="nairobi", subject=subject)
        uow.audit.add(NOW, "amina", "session:reserved", community="cordoba", subject="kofi")
    with store.unit_of_work() as uow:
        told = uow.audit.latest(
            "nairobi", ["member:left"], 9, of_others=["session:reserved", "workshop:scheduled"]
        )
        assert len(uow.audit.latest("nairobi", ["session:reserved"], 9)) == 2
    assert [(x.actor, x.action) for x in told] == [
        ("kofi", "member:left"),
        ("amina", "session:reserved"),
    ]


def test_the_last_choice_is_the_one_remembered(store: Store) -> None:
    first, second = Choice("andes", "python", "small", "lab"), Choice("pampa", "r", "big", "lab")
    with store.unit_of_work(write=True) as uow:
        her = a_person(uow).person_id
        assert uow.choices.last(her) is None
        uow.choices.remember(her, first)
        uow.choices.remember(her, second)
        assert uow.choices.last(her) == second


def test_a_start_asks_once_for_all_that_there_is_of_an_owner(database_url: str) -> None:
    database = Database.open(database_url)
    andes, sahel = Store(database, "andes"), Store(database, "sahel")
    choice = Choice("pampa", "r", "big", "lab")
    with sahel.unit_of_work(write=True) as uow:
        another = a_person(uow, "kofi")
        uow.memberships.grant(another.person_id, "sahel", Grant(Source.MANUAL, MEMBER, NOW))
        uow.choices.remember(another.person_id, choice)
        uow.sessions.add(a_session(another))
    with andes.unit_of_work(write=True) as uow:
        assert uow.people.owner(ServerKey("kofi")) is None
        kofi = a_person(uow, "kofi")
        assert uow.people.owner(ServerKey("kofi")) == Owner(kofi, {})
        for slug, source, role in (
            ("pampa", Source.MANUAL, CHAMPION),
            ("andes", Source.MANUAL, MEMBER),
            ("pampa", Source.RULE, MEMBER),
        ):
            uow.memberships.grant(kofi.person_id, slug, Grant(source, role, NOW))
        uow.choices.remember(kofi.person_id, choice)
        uow.sessions.add(a_session(kofi, community="savanna"))
        stopped(uow, running(uow, a_session(kofi, server_name="lab")), NOW + HOUR)
        roles = {"pampa": CHAMPION, "andes": MEMBER}
        found = uow.people.owner(ServerKey("kofi"))
        assert found == Owner(kofi, roles, choice, left_in="savanna")
        assert list(found.memberships) == list(roles)
        for name in ("lab", "other"):
            assert uow.people.owner(ServerKey("kofi", name)) == Owner(kofi, roles, choice)
    database.close()


def test_a_start_learns_whether_its_owner_was_told_that_she_goes(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow, "kofi")
        workshop = uow.workshops.add("andes", Plan("Maps", *[NOW.date()] * 2), "amina", NOW)

        def is_going() -> bool:
            owner = uow.people.owner(ServerKey("kofi"))
            return owner is not None and owner.is_going

        assert not is_going()
        uow.farewells.tell(workshop.workshop_id, kofi.person_id, NOW)
        assert is_going()
        uow.farewells.keep(kofi.person_id, NOW)
        assert not is_going()


def test_a_name_is_taken_by_who_has_it_and_by_who_had_it(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow, "amina")
        assert [uow.people.is_taken(name) for name in ("amina", "bo")] == [True, False]
        uow.personal_data.erase(person, "erased-1", NOW)
        assert [uow.people.is_taken(name) for name in ("amina", "bo")] == [True, False]
