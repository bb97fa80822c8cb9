"""What must be true of sessions and their ledger, whatever happened to the machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import groupby

from catalyst_hub.core.ledger import charges
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Session, SessionState

_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class Invariant(StrEnum):
    """The fixed set of things that are checked; part of the interface: never rename."""

    FILE = "file"
    FOREIGN_KEYS = "foreign-keys"
    APPEND_ONLY = "append-only"
    PERSON = "person"
    ONE_LIVE = "one-live"
    STATE = "state"
    CHARGES = "charges"
    OVERLAP = "overlap"
    SUMS = "sums"


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that is not as it must be: in which row (a session's id, a key), and what."""

    invariant: Invariant
    row: str
    problem: str


class Stage(StrEnum):
    """What is looked at, in this order: the database as such, then its rows bit by bit."""

    SCHEMA = "schema"
    TABLES = "tables"
    PEOPLE = "people"
    COMMUNITIES = "communities"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an inspection goes on: behind that table, person id or community."""

    stage: Stage = Stage.SCHEMA
    after: str = ""


@dataclass(frozen=True, slots=True)
class Inspected:
    """One step: what was wrong, how many sessions were looked at, and where to go on (None: that
    was all)."""

    breaches: tuple[Breach, ...]
    sessions: int
    next_place: Place | None


#: Which instants a session of a state has: (running_at, ended_at).
_INSTANTS = {
    SessionState.RESERVED: (False, False),
    SessionState.RUNNING: (True, False),
    SessionState.ENDED: (True, True),
    SessionState.RELEASED: (False, True),
}


def breaches_of(session: Session, charged: Mapping[date, Usage]) -> Iterator[Breach]:
    """What is wrong with one session; ``charged`` is the sum of its entries by day."""
    if problem := _wrong_state(session):
        yield Breach(Invariant.STATE, session.session_id, problem)
        return
    due = charges(session, session.ended_at) if session.ended_at else ()
    owed = {entry.day_on: entry.usage for entry in due}
    for day in sorted(owed.keys() | charged.keys()):
        there, right = charged.get(day, Usage()), owed.get(day, Usage())
        if there != right:
            problem = f"charged {_told(there)} on {day}, where its time makes {_told(right)}"
            yield Breach(Invariant.CHARGES, session.session_id, problem)


def overlaps(sessions: Iterable[Session]) -> Iterator[Breach]:
    """Sessions of one server that ran at the same time. Where old rows have lost their details,
    servers cannot be told apart any more, and they are passed over."""
    told_apart = (s for s in sessions if s.running_at and ":" not in s.key.user_name)
    ordered = sorted(told_apart, key=_server_and_time)
    for _, of_server in groupby(ordered, key=lambda session: session.key):
        until, before = None, ""
        for session in of_server:
            if until is not None and session.running_at and session.running_at < until:
                problem = f"began before {before} of the same server was over"
                yield Breach(Invariant.OVERLAP, session.session_id, problem)
            end = session.ended_at or _FOR_EVER
            if until is None or end > until:
                until, before = end, session.session_id


def _server_and_time(session: Session) -> tuple[str, str, datetime, datetime]:
    key, end = session.key, session.ended_at or _FOR_EVER
    return key.user_name, key.server_name, session.running_at or end, end


def _wrong_state(session: Session) -> str | None:
    has = session.running_at is not None, session.ended_at is not None
    if _INSTANTS[session.state] != has:
        return (
            f"is {session.state}, with running_at {session.running_at}, ended_at {session.ended_at}"
        )
    if session.is_live == (session.end_reason is not None):
        return f"is {session.state}, with end_reason {session.end_reason}"
    if session.running_at and session.ended_at and session.ended_at < session.running_at:
        return f"ended at {session.ended_at}, before it was running at {session.running_at}"
    return None


def _told(usage: Usage) -> str:
    return (
        f"{usage.server_ms} server_ms, {usage.cpu_ms} cpu_ms, {usage.mib_ms} mib_ms, "
        f"{usage.gpu_ms} gpu_ms, {usage.micros} micros"
    )
