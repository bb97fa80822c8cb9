"""Into a community and out of it at the same instant: nobody is both, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import pytest
from sqlalchemy import select

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Claims, Identity, Role
from catalyst_hub.core.invitation import Refusal, Terms
from catalyst_hub.core.roster import RemovingRefusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.store import Store
from catalyst_hub.store.tables import audit
from catalyst_hub.usecases.leave_community import leave_community
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.remove_member import remove_member
from catalyst_hub.usecases.return_to_community import return_to_community
from catalyst_hub.usecases.sign_in import sign_in
from tests.usecases.world import NOON, POLICY

_DIGEST = "1" * 64

Act = Callable[[UnitOfWork], object]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """Kofi, whom the file's rules let into Nairobi, and a champion's code for one champion more."""
    store = Store.open(database_url, "test")
    with store.unit_of_work(write=True) as uow:
        for name in ("amina", "kofi"):
            sign_in(uow, POLICY, Identity("demo", name), Claims(name), NOON)
        terms = Terms(1, 7, role=Role.CHAMPION)
        uow.invitations.add("nairobi", _DIGEST, terms, "root", NOON)
    yield store
    store.close()


def redeem(uow: UnitOfWork) -> str | Refusal:
    return redeem_invitation(uow, POLICY, _DIGEST, "kofi", NOON)


def remove(uow: UnitOfWork) -> RemovingRefusal | None:
    return remove_member(uow, POLICY, "nairobi", "kofi", "root", NOON, by_operator=True)


def leave(uow: UnitOfWork) -> bool:
    return leave_community(uow, "nairobi", "kofi", NOON)


def come_back(uow: UnitOfWork) -> bool | None:
    return return_to_community(uow, POLICY, "nairobi", "kofi", NOON)


def while_unwritten(store: Store, database_url: str, first: Act, second: Act) -> list[object]:
    """What both say, when the second begins before the first is written."""
    other, said = Store.open(database_url, "test"), []

    def run() -> None:
        with other.unit_of_work(write=True) as uow:
            said.append(second(uow))

    running = threading.Thread(target=run)
    with store.unit_of_work(write=True) as uow:
        said.append(first(uow))
        running.start()
        # Long enough for one that waits for nobody.
        running.join(0.5)
    running.join()
    other.close()
    return said


def where_kofi_stands(store: Store) -> tuple[Mapping[str, Role], Mapping[str, str]]:
    """Where he belongs, and who keeps him out of what."""
    with store.unit_of_work() as uow:
        person = uow.people.by_name("kofi")
        assert person is not None
        roles = uow.memberships.of(person.person_id)
        return dict(roles), dict(uow.memberships.removers(person.person_id))


def test_who_is_removed_while_a_code_lets_her_in_is_out(store: Store, database_url: str) -> None:
    assert while_unwritten(store, database_url, redeem, remove) == ["nairobi", None]
    assert where_kofi_stands(store) == ({}, {"nairobi": "root"})


def test_no_code_lets_in_who_is_just_being_removed(store: Store, database_url: str) -> None:
    assert while_unwritten(store, database_url, remove, redeem) == [None, Refusal.REMOVED]
    assert where_kofi_stands(store) == ({}, {"nairobi": "root"})


def test_who_presses_the_way_back_twice_is_in_once(store: Store, database_url: str) -> None:
    with store.unit_of_work(write=True) as uow:
        assert leave(uow)
    assert while_unwritten(store, database_url, come_back, come_back) == [True, None]
    assert where_kofi_stands(store) == ({"nairobi": Role.MEMBER}, {})


def test_who_leaves_while_a_champion_takes_her_out_was_taken_out(
    store: Store, database_url: str
) -> None:
    assert while_unwritten(store, database_url, remove, leave) == [None, False]
    left = select(audit.c.audit_id).where(audit.c.action == Action.MEMBER_LEFT.value)
    with store.unit_of_work() as uow:
        assert uow._connection.execute(left).all() == []
