from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from catalyst_hub.core.account import Account, Teaching, UsageSnapshot, Viewpoint, periods
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window, milliseconds_since_1970
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.store import Database, Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_ZONE = "Africa/Nairobi"
TODAY = date(2026, 11, 21)
_HOUR_USED = Usage(3_600_000, 3_600_000, 1024 * 3_600_000, 0, 3_600_000)


def _snapshot(uow: UnitOfWork, person_id: int, *windows: Window) -> UsageSnapshot:
    """Of the community and of one person in it."""
    scopes = LimitScope.COMMUNITY, LimitScope.PERSON
    return _of(uow, person_id, *(Account(scope, window) for scope in scopes for window in windows))


def _of(uow: UnitOfWork, person_id: int, *accounts: Account) -> UsageSnapshot:
    days = periods(accounts, Viewpoint(person_id, _ZONE, NOW))
    return uow.limits.snapshot("savanna", person_id, days)


def _hours(snapshot: UsageSnapshot) -> dict[tuple[LimitScope, Window], int]:
    return {
        (account.scope, account.window): sum(day.server_ms for day in days.values()) // 3_600_000
        for (account, _), days in snapshot.ended.items()
    }


def _an_hour(uow: UnitOfWork, name: str, days_ago: int, community: str = "savanna") -> int:
    person = uow.people.by_name(name) or a_person(uow, name)
    begun_at = NOW - timedelta(days=days_ago)
    session = a_session(person, reserved_at=begun_at, community=community)
    stopped(uow, running(uow, session), begun_at + HOUR)
    return person.person_id


def test_ended_use_counts_by_window_for_the_community_and_for_the_person(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        # A Saturday: the week began five days ago, the month twenty.
        for days_ago in (0, 4, 15, 40):
            kofi = _an_hour(uow, "kofi", days_ago)
        _an_hour(uow, "amina", 0)
        _an_hour(uow, "amina", 0, community="pampa")
        snapshot = _snapshot(uow, kofi, Window.DAY, Window.WEEK, Window.MONTH)
    assert _hours(snapshot) == {
        (LimitScope.COMMUNITY, Window.DAY): 2,
        (LimitScope.COMMUNITY, Window.WEEK): 3,
        (LimitScope.COMMUNITY, Window.MONTH): 4,
        (LimitScope.PERSON, Window.DAY): 1,
        (LimitScope.PERSON, Window.WEEK): 2,
        (LimitScope.PERSON, Window.MONTH): 3,
    }
    today = snapshot.ended_on(Account(LimitScope.PERSON, Window.DAY), kofi)
    assert dict(today) == {date(2026, 11, 21): _HOUR_USED}


def test_live_sessions_are_all_there_reserved_ones_too(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi, amina = a_person(uow, "kofi"), a_person(uow, "amina")
        session = running(uow, a_session(kofi), NOW - HOUR)
        for number, began_at in enumerate((NOW - HOUR, NOW)):
            running(uow, a_session(amina, server_name=f"{number}"), began_at)
        uow.sessions.add(a_session(amina))
        uow.sessions.add(a_session(amina, community="pampa", server_name="other"))
        live, of_nobody = (_snapshot(uow, number).live for number in (kofi.person_id, 0))
        of_everybody = uow.limits.snapshot("savanna", None, {}).live
    same = session.resources, session.rate_micros
    began, now = (milliseconds_since_1970(at) for at in (NOW - HOUR, NOW))
    hers = LiveGroup(kofi.person_id, *same, 1, (began,), "python")
    others = LiveGroup(0, *same, 3, (began, now), "python")
    assert _sorted(live) == [others, hers]
    assert _sorted(of_nobody) == [replace(others, number=4, began_ms=(began, began, now))]
    assert _sorted(of_everybody) == [hers, replace(others, person_id=amina.person_id)]


def _sorted(live: Iterable[LiveGroup]) -> list[LiveGroup]:
    """In an order that the store does not promise."""
    ordered = (replace(group, began_ms=tuple(sorted(group.began_ms))) for group in live)
    return sorted(ordered, key=lambda group: group.person_id)


def test_every_kind_of_account_adds_up_what_is_on_it(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        maps = uow.workshops.add("savanna", Plan("Maps", TODAY, TODAY), "amina", NOW)
        kofi, amina = a_person(uow, "kofi"), a_person(uow, "amina")
        for person, days_ago, profile, workshop in (
            (kofi, 0, "python", maps.workshop_id),
            (kofi, 2, "r", None),
            (kofi, 2, "python", None),
            (kofi, 90, "r", None),
            (amina, 0, "r", maps.workshop_id),
            (amina, 3, "r", None),
        ):
            at = NOW - timedelta(days=days_ago)
            session = a_session(person, profile=profile, reserved_at=at)
            stopped(uow, running(uow, replace(session, workshop_id=workshop)), at + HOUR)
        found = _of_all_kinds(uow, kofi.person_id, maps)
        uow.sessions.add(a_session(amina))
        everybody = _of_all_kinds(uow, None, maps)
    community, person = LimitScope.COMMUNITY, LimitScope.PERSON
    assert found == {
        Account(community, Window.ROLLING, days=3): {0: 2, 2: 2},
        Account(community, Window.ROLLING, "r", days=4): {0: 1, 2: 1, 3: 1},
        Account(community, Window.TOTAL): {None: 6},
        Account(community, Window.TOTAL, "r"): {None: 4},
        Account(community, Window.TOTAL, since_on=TODAY - timedelta(days=3)): {3: 5},
        Account(person, Window.ROLLING, days=3): {0: 1, 2: 2},
        Account(person, Window.TOTAL): {None: 4},
        Account(person, Window.TOTAL, "r"): {None: 2},
        Account(person, Window.WORKSHOP): {0: 1},
        Account(LimitScope.WORKSHOP, Window.DAY): {0: 2},
        Account(LimitScope.WORKSHOP, Window.WORKSHOP, "r"): {0: 1},
    }
    # Of everybody who has a server now, which is Amina alone; what is shared stays the same.
    hers = {account: days for account, days in everybody.items() if account.scope is person}
    assert hers == {
        Account(person, Window.ROLLING, days=3): {0: 1},
        Account(person, Window.TOTAL): {None: 2},
        Account(person, Window.TOTAL, "r"): {None: 2},
        Account(person, Window.WORKSHOP): {0: 1},
    }
    assert everybody == found | hers


_ALL_KINDS = (
    Account(LimitScope.COMMUNITY, Window.ROLLING, days=3),
    Account(LimitScope.COMMUNITY, Window.ROLLING, "r", days=4),
    Account(LimitScope.COMMUNITY, Window.TOTAL),
    Account(LimitScope.COMMUNITY, Window.TOTAL, "r"),
    Account(LimitScope.COMMUNITY, Window.TOTAL, since_on=TODAY - timedelta(days=3)),
    Account(LimitScope.PERSON, Window.ROLLING, days=3),
    Account(LimitScope.PERSON, Window.TOTAL),
    Account(LimitScope.PERSON, Window.TOTAL, "r"),
    Account(LimitScope.PERSON, Window.WORKSHOP),
    Account(LimitScope.WORKSHOP, Window.DAY),
    Account(LimitScope.WORKSHOP, Window.WORKSHOP, "r"),
)


def _of_all_kinds(
    uow: UnitOfWork, person_id: int | None, workshop: Workshop
) -> dict[Account, dict[int | None, int]]:
    """Hours by account, and in it by how many days ago (None: since there was anything)."""
    teaching = Teaching(workshop.workshop_id, "Maps", TODAY, TODAY + timedelta(days=1))
    days = periods(_ALL_KINDS, Viewpoint(person_id or -1, _ZONE, NOW, teaching))
    snapshot = uow.limits.snapshot("savanna", person_id, days, workshop.workshop_id)
    return {
        account: {
            (TODAY - day).days if day.year > 1970 else None: usage.server_ms // 3_600_000
            for day, usage in by_day.items()
        }
        for (account, _), by_day in snapshot.ended.items()
    }


def test_a_community_with_no_use_has_used_nothing(store: Store) -> None:
    with store.unit_of_work() as uow:
        snapshot = _snapshot(uow, 1, Window.MONTH)
    assert [set(days.values()) for days in snapshot.ended.values()] == [{Usage()}] * 2
    assert snapshot.live == []


def test_limits_hold_over_all_hubs_of_a_database(database_url: str) -> None:
    database = Database.open(database_url)
    andes, sahel = Store(database, "andes"), Store(database, "sahel")
    with andes.unit_of_work(write=True) as uow:
        _an_hour(uow, "kofi", 0)
        running(uow, a_session(a_person(uow, "amina")))
    with sahel.unit_of_work(write=True) as uow:
        kofi = _an_hour(uow, "kofi", 0)
        snapshot = _snapshot(uow, kofi, Window.DAY)
    assert len(snapshot.live) == 1
    assert _hours(snapshot) == {
        (LimitScope.COMMUNITY, Window.DAY): 2,
        (LimitScope.PERSON, Window.DAY): 1,
    }
    database.close()


def test_whoever_locks_a_community_second_waits_and_sees_what_the_first_wrote(
    database_url: str,
) -> None:
    first, second = Store.open(database_url, "andes"), Store.open(database_url, "sahel")
    has_locked, seen = threading.Event(), []

    def wait_in_line() -> None:
        has_locked.wait()
        with second.unit_of_work(write=True) as uow:
            uow.limits.lock("savanna")
            seen.append(len(_snapshot(uow, 0).live))

    thread = threading.Thread(target=wait_in_line)
    thread.start()
    with first.unit_of_work(write=True) as uow:
        uow.limits.lock("savanna")
        has_locked.set()
        # Longer than it takes the other to come to the lock; shorter than it would wait.
        thread.join(0.3)
        assert thread.is_alive()
        running(uow, a_session(a_person(uow)))
    thread.join(10)
    assert seen == [1]
    for store in (first, second):
        store.close()


def test_admission_reads_by_index_however_long_the_ledger_is(tmp_path: object) -> None:
    path = f"{tmp_path}/catalyst.sqlite"
    statements: list[str] = []
    store = Store.open(f"sqlite:///{path}", "andes")
    with store.unit_of_work(write=True) as uow:
        _an_hour(uow, "kofi", 0)
        maps = uow.workshops.add("savanna", Plan("Maps", TODAY, TODAY), "", NOW)
        driver = uow.limits._connection.connection.dbapi_connection
        driver.set_trace_callback(statements.append)
        _of_all_kinds(uow, 1, maps)
        _of_all_kinds(uow, None, maps)
        uow.workshops.around("savanna", 1, TODAY, TODAY)
        uow.workshops.taking_part("savanna", [1, 2])
        uow.people.owner(ServerKey("kofi"))
        uow.waiting.around("savanna", ServerKey("kofi"))
        driver.set_trace_callback(None)
    store.close()
    plain = sqlite3.connect(path)
    reads = [text for text in statements if text.startswith("SELECT")]
    assert len(reads) == 6
    steps = [row[3] for text in reads for row in plain.execute(f"EXPLAIN QUERY PLAN {text}")]
    plain.close()
    assert sum(step.startswith("SEARCH") for step in steps) > 2 * len(_ALL_KINDS)
    assert not [step for step in steps if step.startswith("SCAN") and "(subquery" not in step]
