"""Many people with one code at the same instant: every seat is given once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Caller, Terms, redeem
from catalyst_hub.store import Store
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from tests.concurrency.racer import POLICY, with_patience
from tests.support.sessions import NOW

_RACERS, _EACH, _SEATS = 8, 10, 30
_DIGEST = "1" * 64

Try = Callable[[Store, str], bool]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store.open(database_url, POLICY.hub)
    with store.unit_of_work(write=True) as uow:
        for number in range(_RACERS * _EACH):
            uow.people.add(f"person-{number}", "", None, NOW)
        create_invitation(uow, POLICY, "savanna", _DIGEST, Terms(_SEATS, 7), "amina", NOW)
    yield store
    store.close()


def redeemed(store: Store, name: str) -> bool:
    answer = with_patience(store, lambda uow: redeem_invitation(uow, POLICY, _DIGEST, name, NOW))
    return answer == "savanna"


def redeemed_naively(store: Store, name: str) -> bool:
    """Look first, take the seat afterwards: right for one person at a time."""
    with store.unit_of_work() as uow:
        person = uow.people.by_name(name)
        [invitation] = uow.invitations.of("savanna")
    assert person is not None
    if redeem(invitation, Caller(), NOW) is not True:
        return False
    time.sleep(0.005)

    def take(uow: object) -> None:
        uow.invitations.take_seat(invitation.invitation_id, person.person_id, NOW)  # type: ignore[attr-defined]
        grant = Grant(Source.INVITATION, invitation.role, NOW)
        uow.memberships.grant(person.person_id, "savanna", grant)  # type: ignore[attr-defined]

    with_patience(store, take)
    return True


def race(database_url: str, attempt: Try) -> int:
    """Each racer with connections of its own; how many were let in."""
    start = Barrier(_RACERS)

    def run(racer: int) -> int:
        own = Store.open(database_url, POLICY.hub)
        start.wait(60)
        try:
            names = [f"person-{racer * _EACH + n}" for n in range(_EACH)]
            return sum(attempt(own, name) for name in names)
        finally:
            own.close()

    with ThreadPoolExecutor(_RACERS) as pool:
        return sum(pool.map(run, range(_RACERS)))


def members(store: Store) -> int:
    with store.unit_of_work() as uow:
        return len(uow.memberships.members_of("savanna"))


def test_a_code_of_thirty_seats_lets_thirty_of_eighty_in(store: Store, database_url: str) -> None:
    assert race(database_url, redeemed) == members(store) == _SEATS


def test_without_the_lock_more_get_in_than_there_are_seats(store: Store, database_url: str) -> None:
    assert race(database_url, redeemed_naively) == members(store) > _SEATS


def test_one_person_who_clicks_eight_times_takes_one_seat(store: Store, database_url: str) -> None:
    assert race(database_url, lambda own, _: redeemed(own, "person-0")) == _RACERS * _EACH
    with store.unit_of_work() as uow:
        [invitation] = uow.invitations.of("savanna")
    assert (invitation.used, members(store)) == (1, 1)
