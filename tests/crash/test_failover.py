"""The database server dies in a storm, and its standby takes over: nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from catalyst_hub.core.belonging import Belonging
from catalyst_hub.core.community import Role
from catalyst_hub.core.session import Session, SessionState
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.open_session import open_session
from tests.concurrency.racer import POLICY, key_of
from tests.support.databases import PostgresqlServer
from tests.support.demo import until
from tests.support.sessions import NOW

pytestmark = pytest.mark.postgresql

_RACERS = 4
#: Seconds of work before the server dies and after the other has taken over.
_WORK_S = 1.5
_DATABASE = "catalyst"
_HOUR = timedelta(hours=1)


@dataclass
class Pair:
    """A server, and its standby, without which it confirms nothing."""

    first: PostgresqlServer = field(default_factory=PostgresqlServer)
    second: PostgresqlServer = field(default_factory=PostgresqlServer)

    @property
    def url(self) -> str:
        """Whichever of the two takes writes, as an operator would write it."""
        hosts = f"{self.first.folder},{self.second.folder}"
        return (
            f"postgresql+psycopg://postgres@/{_DATABASE}?host={hosts}&target_session_attrs=primary"
        )

    def start(self) -> None:
        self.first.create()
        self.first.start()
        self.first.run(f"CREATE DATABASE {_DATABASE}")
        self.second.copy(self.first)
        self.second.start()
        self.first.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.first.run("SELECT pg_reload_conf()")
        until(lambda: self.first.ask("SELECT sync_state FROM pg_stat_replication") == ["sync"])

    def fail_over(self) -> None:
        self.first.crash()
        self.second.run("SELECT pg_promote()")


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    try:
        made.start()
        yield made
    finally:
        made.second.remove()
        made.first.remove()


@dataclass
class Racer:
    """Starts and stops servers, and remembers what was confirmed to it."""

    store: Store
    number: int
    ended: list[str] = field(default_factory=list)
    failures: int = 0

    def work(self, over: threading.Event) -> None:
        attempt = 0
        while not over.is_set():
            self._come_and_go(attempt)
            attempt += 1

    def _come_and_go(self, attempt: int) -> None:
        key = key_of(self.number, attempt)
        request = AdmissionRequest(key, None, key.user_name)
        session = self._surely(lambda uow: admit_session(uow, POLICY, request, NOW))
        assert isinstance(session, Session), session
        self._surely(lambda uow: open_session(uow, key, NOW))
        self._surely(lambda uow: close_session(uow, key, NOW + _HOUR))
        self.ended.append(key.server_name)

    def _surely(self, work: Callable[[UnitOfWork], object]) -> object:
        """What was not confirmed is done again, as the Hub and the observer do."""
        while True:
            try:
                with self.store.unit_of_work(write=True) as uow:
                    return work(uow)
            except StoreUnavailableError:
                self.failures += 1
                time.sleep(0.05)


def test_what_was_confirmed_before_the_fail_over_is_there_after_it_and_once(pair: Pair) -> None:
    racers = [Racer(Store.open(pair.url, POLICY.hub), number) for number in range(_RACERS)]
    with racers[0].store.unit_of_work(write=True) as uow:
        for racer in racers:
            person = uow.people.add(f"racer-{racer.number}", "", None, NOW)
            member = Belonging({"savanna": (Role.MEMBER, {})})
            uow.memberships.follow(person.person_id, member, NOW)
    over = threading.Event()
    with ThreadPoolExecutor(_RACERS) as pool:
        works = [pool.submit(racer.work, over) for racer in racers]
        time.sleep(_WORK_S)
        before = [len(racer.ended) for racer in racers]
        pair.fail_over()
        until(lambda: all(len(r.ended) > n + 3 for r, n in zip(racers, before, strict=True)), 60)
        over.set()
        for work in works:
            work.result(60)
    assert all(before)
    assert any(racer.failures for racer in racers)
    for racer in racers:
        _is_charged_once(racer, pair.url)
        racer.store.close()


_CHARGED = """
SELECT count(*), sum(server_ms) FROM ledger_entries e JOIN sessions s USING (session_id)
WHERE s.user_name = :name
"""


def _is_charged_once(racer: Racer, url: str) -> None:
    with racer.store.unit_of_work() as uow:
        for name in racer.ended:
            session = uow.sessions.latest(key_of(racer.number, int(name)))
            assert session is not None, f"{name} was confirmed, and is not there"
            assert session.state is SessionState.ENDED
    engine = create_engine(url)
    with engine.connect() as connection:
        charged = connection.execute(text(_CHARGED), {"name": f"racer-{racer.number}"}).one()
    engine.dispose()
    assert tuple(map(int, charged)) == (len(racer.ended), len(racer.ended) * 3_600_000)


def test_without_a_standby_that_confirms_the_same_loses_what_was_confirmed() -> None:
    """Why the guide asks for synchronous replication: the standby is cut off, and then promoted."""
    pair = Pair()
    try:
        pair.start()
        pair.first.run("ALTER SYSTEM RESET synchronous_standby_names")
        pair.first.run("SELECT pg_reload_conf()")
        until(lambda: pair.first.ask("SHOW synchronous_standby_names") == [""])
        store = Store.open(pair.url, POLICY.hub)
        [written] = pair.first.ask("SELECT pg_current_wal_lsn()::text")
        replayed = f"SELECT pg_last_wal_replay_lsn() >= '{written}'"
        until(lambda: pair.second.ask(replayed) == [True])
        pair.second.run("SELECT pg_wal_replay_pause()")
        pair.second.stop()
        with store.unit_of_work(write=True) as uow:
            uow.people.add("amina", "", None, NOW)
        pair.first.crash()
        pair.second.start()
        pair.second.run("SELECT pg_promote()")
        with store.unit_of_work() as uow:
            assert uow.people.by_name("amina") is None
        store.close()
    finally:
        pair.second.remove()
        pair.first.remove()
