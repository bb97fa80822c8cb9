"""Removed while a server runs: a real hub and a real culler, killed between notice and stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from typing import TypeVar

from catalyst_hub import communities_file
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.store import Store
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.remove_member import remove_member
from tests.crash.crashing_hub import CrashingHub, until

T = TypeVar("T")

NOTICE_S = 3


def do(hub: CrashingHub, work: Callable[[UnitOfWork, Policy, datetime], T]) -> T:
    """What the champions' pages do to the store."""
    policy = communities_file.load(hub.folder / "communities.yaml")
    url = f"sqlite:///{hub.folder / 'catalyst.sqlite'}"
    with closing(Store.open(url, "crash")) as store, store.unit_of_work(write=True) as uow:
        return work(uow, policy, datetime.now(UTC))


def remove(hub: CrashingHub, name: str) -> None:
    refusal = do(
        hub, lambda uow, policy, now: remove_member(uow, policy, "nairobi", name, "amina", now)
    )
    assert refusal is None


def stopped(hub: CrashingHub, name: str) -> Callable[[], bool]:
    return lambda: hub.charged(name)[-1].state == "ended"


def test_removed_means_no_start_and_a_stop_after_the_notice(hub: CrashingHub, kofi: str) -> None:
    run = hub.start_server(kofi)
    removed_at = time.time()
    remove(hub, kofi)
    refused = hub.http.post(f"/api/users/{kofi}/servers/second")
    assert 400 <= refused.status_code < 500
    until(stopped(hub, kofi))
    [session] = hub.charged(kofi)
    assert session.ended is not None
    assert session.ended - removed_at >= NOTICE_S
    assert (session.reason, session.bound, session.entries) == ("removed", None, 1)
    assert session.session_id == run.session_id
    assert kofi not in hub.servers()


def test_who_is_let_in_again_within_the_notice_keeps_the_server(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    remove(hub, kofi)
    do(hub, lambda uow, policy, now: add_member(uow, policy, "nairobi", kofi, "amina", now))
    until(lambda: hub.rows("SELECT 1 FROM audit WHERE action = 'notice:withdrawn'"))
    over_at = time.time() + NOTICE_S + 1
    until(lambda: time.time() > over_at)
    assert hub.is_ready(kofi)
    assert [session.state for session in hub.charged(kofi)] == ["running"]
    hub.stop_server(kofi)


def test_a_culler_killed_between_notice_and_stop_stops_it_when_it_is_back(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    remove(hub, kofi)
    until(lambda: hub.rows("SELECT 1 FROM notices"))
    culler = hub.service("culler")
    culler.kill()
    until(lambda: hub.service("culler").pid != culler.pid)
    until(stopped(hub, kofi))
    [session] = hub.charged(kofi)
    assert (session.reason, session.entries) == ("removed", 1)


def test_a_hub_killed_between_notice_and_stop_has_it_stopped_when_it_is_back(
    hub: CrashingHub, kofi: str
) -> None:
    hub.start_server(kofi)
    remove(hub, kofi)
    hub.kill()
    hub.start()
    until(stopped(hub, kofi))
    assert kofi not in hub.servers()


def test_a_removal_that_nobody_was_told_of_is_found_by_the_culler(
    hub: CrashingHub, kofi: str
) -> None:
    """The hub is asked to follow the store by whoever removes somebody; here nobody does."""
    hub.start_server(kofi)
    do(
        hub,
        lambda uow, policy, now: uow.memberships.remove(
            uow.people.by_name(kofi).person_id,  # type: ignore[union-attr]
            "nairobi",
            "amina",
            now,
        ),
    )
    until(stopped(hub, kofi))
