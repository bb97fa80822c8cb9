"""Processes that race: ``python -m tests.concurrency.racer WHAT URL RACERS``.

They start together, once each has opened the database; what each got is printed as JSON.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier

from catalyst_hub.communities_file import parse
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.turn import may_wait
from catalyst_hub.core.unit_of_work import StoreUnavailableError, UnitOfWork
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.call_next import call_next
from catalyst_hub.usecases.close_session import close_session
from catalyst_hub.usecases.open_session import open_session
from catalyst_hub.usecases.wait_for_seat import wait_for_seat
from tests.support import chaos
from tests.support.sessions import NOW

SEATS = 30
ATTEMPTS = 40
PRESSES = 20
LATE = 10
ROUNDS = chaos.ROUNDS * 10 or 10

POLICY = parse(f"""\
version: 1
hub: {{name: race, title: Race, time_zone: UTC, languages: [en]}}
providers:
  demo: {{type: demo, title: Race, personas: [{{name: somebody}}]}}
communities:
  savanna:
    title: Savanna
    country: KE
    currency: USD
    members: [{{provider: demo, everyone: true}}]
    profiles:
      python:
        title: Python
        environment: {{command: [jupyterhub-singleuser]}}
        sizes: {{small: {{title: Small, cpu: 1, memory: 1G}}}}
    prices: {{server_hour: 1}}
    quotas: {{community: {{at_once: {{servers: {SEATS}}}}}}}
""")


def key_of(racer: int, attempt: int) -> ServerKey:
    return ServerKey(f"racer-{racer}", f"{attempt}")


def with_patience(store: Store, work: Callable[[UnitOfWork], object]) -> object:
    """Others may hold a database that is slow for more than its two seconds."""
    while True:
        try:
            with store.unit_of_work(write=True) as uow:
                return work(uow)
        except StoreUnavailableError:
            continue


def admit(store: Store, racer: int, attempt: int) -> bool:
    key = key_of(racer, attempt)
    request = AdmissionRequest(key, None, key.user_name)
    answer = with_patience(store, lambda uow: admit_session(uow, POLICY, request, NOW))
    return isinstance(answer, Session)


class _Unlocked:
    """A unit of work whose limits do not lock: what the lock is there for."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self.limits = self

    def __getattr__(self, name: str) -> object:
        return getattr(self._uow, name)

    def lock(self, community: str) -> None:
        pass

    def snapshot(self, *arguments: object) -> object:
        return self._uow.limits.snapshot(*arguments)  # type: ignore[arg-type]


class _RehearsedError(Exception):
    """The decision is made; nothing of it is written."""


def admit_naively(store: Store, racer: int, attempt: int) -> bool:
    """Check first, insert afterwards: right for one process at a time."""
    key = key_of(racer, attempt)
    request = AdmissionRequest(key, None, key.user_name)
    answer: object = None
    try:
        with store.unit_of_work(write=True) as uow:
            answer = admit_session(_Unlocked(uow), POLICY, request, NOW)  # type: ignore[arg-type]
            raise _RehearsedError
    except _RehearsedError:
        pass
    if isinstance(answer, Session):
        session = answer
        time.sleep(0.005)
        with_patience(store, lambda uow: uow.sessions.add(session))
    return isinstance(answer, Session)


def race_for_seats(store: Store, racer: int) -> object:
    return sum(admit(store, racer, attempt) for attempt in range(ATTEMPTS))


def presser(racer: int, attempt: int) -> ServerKey:
    """Each press is another person's: one takes only a few places in line."""
    return ServerKey(f"presser-{racer}-{attempt}")


def wait_or_start(store: Store, racer: int) -> object:
    """Press start again and again; whoever finds no seat takes a place in line."""
    return [_press(store, racer, attempt) for attempt in range(PRESSES)].count(True)


def _press(store: Store, racer: int, attempt: int) -> bool:
    """As the Hub does: admission, and the place for whoever is refused, in one transaction."""
    key = presser(racer, attempt)

    def work(uow: UnitOfWork) -> bool:
        answer = admit_session(uow, POLICY, AdmissionRequest(key, None, key.user_name), NOW)
        if isinstance(answer, Session):
            return True
        assert may_wait(answer)
        assert wait_for_seat(uow, POLICY, key, None, NOW) is not None
        return False

    return with_patience(store, work) is True


def call_and_jostle(store: Store, racer: int) -> object:
    """One calls the next whenever a seat is free, while the others press start past the line."""
    if racer:
        return [_press(store, racer, PRESSES + late) for late in range(LATE)].count(True)
    for _ in range(ATTEMPTS):
        with_patience(store, lambda uow: call_next(uow, POLICY, "savanna", NOW))
    return 0


def race_naively(store: Store, racer: int) -> object:
    return sum(admit_naively(store, racer, attempt) for attempt in range(ATTEMPTS))


def come_and_go(store: Store, racer: int) -> object:
    """Start and stop in turn; the hours of every session that was closed."""
    hours = 0
    for attempt in range(ROUNDS):
        key = key_of(racer, attempt)
        if admit(store, racer, attempt):
            length = 1 + attempt % 3
            with_patience(store, lambda uow, key=key: open_session(uow, key, NOW))
            ended_at = NOW + timedelta(hours=length)
            with_patience(store, lambda uow, key=key, at=ended_at: close_session(uow, key, at))
            hours += length
    return hours


def close_everything(store: Store, _: int) -> object:
    """Close every session there is, as all others do at the same time."""
    with store.unit_of_work() as uow:
        keys = [session.key for session in uow.sessions.all_live()]
    ended_at = NOW + timedelta(hours=1)
    closed = 0
    for key in keys:
        answer = with_patience(store, lambda uow, key=key: close_session(uow, key, ended_at))
        closed += answer is not None
    return closed


_STARTING_LINE_S = 120
_fork = multiprocessing.get_context("fork")
_line = _fork.Barrier(1)


def _come_to(line: Barrier) -> None:
    global _line  # noqa: PLW0603
    _line = line


def _run(what: str, url: str, racer: int) -> object:
    store = Store.open(url, POLICY.hub)
    _line.wait(_STARTING_LINE_S)
    result = globals()[what](store, racer)
    store.close()
    return result


def main() -> None:
    what, url, racers = sys.argv[1], sys.argv[2], int(sys.argv[3])
    line = _fork.Barrier(racers)
    with _fork.Pool(racers, _come_to, (line,)) as pool:
        runs = [(what, url, racer) for racer in range(racers)]
        print(json.dumps(pool.starmap(_run, runs, chunksize=1)))


if __name__ == "__main__":
    main()
