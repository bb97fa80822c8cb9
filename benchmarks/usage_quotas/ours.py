"""catalyst-hub: the same people and history in a store, and the decisions of admission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from pathlib import Path

from benchmarks.admission import Stopwatch
from benchmarks.usage_quotas.history import CASES, LIMIT_GIB_HOURS, WINDOW_DAYS, Run, crowd
from catalyst_hub.communities_file import parse
from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import Ending, EndReason, ServerKey, Session, SessionState
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.close_session import close_session

LIMITED, CROWD = "limited", "crowd"
_GIB = Resources(1000, 2**30)
_COMMUNITY = """\
  {slug}:
    title: {slug}
    country: KE
    currency: USD
    time_zone: UTC
    languages: [en]
    members: [{{provider: demo, people: [{people}]}}]
    profiles:
      python:
        title: Python
        environment: {{command: [jupyterhub-singleuser]}}
        sizes:
          small: {{title: Small, cpu: 1, memory: 1G}}
    quotas:
      person: {{rolling: {{days: {days}, gib_hours: {limit}}}}}
"""


def communities(people: int) -> str:
    """The communities file: the limit of 10 GiB-hours for the cases, 1,000 for the crowd."""
    limited = _COMMUNITY.format(
        slug=LIMITED,
        people=", ".join(case.name for case in CASES),
        days=WINDOW_DAYS,
        limit=LIMIT_GIB_HOURS,
    )
    others = ", ".join(crowd(people))
    return (
        "version: 1\n"
        "hub: {name: benchmark, title: Benchmark, time_zone: UTC, languages: [en]}\n"
        "providers:\n"
        "  demo: {type: demo, title: Demo, any_name: true, personas: [{name: somebody}]}\n"
        "communities:\n"
        + limited
        + _COMMUNITY.format(slug=CROWD, people=others, days=WINDOW_DAYS, limit=1000)
    )


def filled(folder: Path, people: int, history: Iterable[Run], now: datetime) -> Store:
    """A store with everybody and everything that ran."""
    store = Store.open(f"sqlite:///{folder / 'catalyst.sqlite'}", "benchmark")
    with store.unit_of_work(write=True) as uow:
        limited = {case.name: LIMITED for case in CASES}
        everybody = limited | dict.fromkeys(crowd(people), CROWD)
        persons = {
            name: _joined(uow, name, community, now) for name, community in everybody.items()
        }
        numbers = count()
        for run in history:
            _ran(uow, persons[run.name], everybody[run.name], run, f"past-{next(numbers)}")
    return store


def _joined(uow: UnitOfWork, name: str, community: str, now: datetime) -> Person:
    person = uow.people.add(name, name, Identity("demo", name), now)
    uow.memberships.grant(person.person_id, community, Grant(Source.RULE, Role.MEMBER, now))
    return person


def _ran(uow: UnitOfWork, person: Person, community: str, run: Run, session_id: str) -> None:
    session = Session(
        session_id,
        person.person_id,
        ServerKey(person.name),
        Choice(community, "python", "small", "lab"),
        _GIB,
        0,
        "USD",
        "UTC",
        SessionState.RUNNING,
        reserved_at=run.starts_at,
        running_at=run.starts_at,
    )
    uow.sessions.add(session)
    ending = Ending(run.ends_at, EndReason.STOPPED)
    uow.sessions.end(session, ending, charges(session, run.ends_at))


def admitted(store: Store, policy: Policy, now: datetime) -> dict[str, bool]:
    """Which of the cases would be."""
    return {case.name: _admits(store, policy, case.name, now) for case in CASES}


def timed(store: Store, policy: Policy, people: int, decisions: int, now: datetime) -> Stopwatch:
    """The whole admission of the crowd in turn, to the committed reservation."""
    watch, names = Stopwatch("ours"), crowd(people)
    for number in range(decisions):
        name = names[number % len(names)]
        with watch.running():
            _admit(store, policy, name, now)
        _release(store, name, now)
    return watch


def policy_of(people: int) -> Policy:
    """Of the communities file."""
    return parse(communities(people))


def _admits(store: Store, policy: Policy, name: str, now: datetime) -> bool:
    is_admitted = isinstance(_admit(store, policy, name, now), Session)
    _release(store, name, now)
    return is_admitted


def _admit(store: Store, policy: Policy, name: str, now: datetime) -> object:
    with store.unit_of_work(write=True) as uow:
        return admit_session(uow, policy, AdmissionRequest(ServerKey(name), None, name), now)


def _release(store: Store, name: str, now: datetime) -> None:
    with store.unit_of_work(write=True) as uow:
        close_session(uow, ServerKey(name), now)
