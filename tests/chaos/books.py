"""The ledger held against what the servers say of themselves: every difference is a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.chaos.world import SEATS, World
from tests.crash.crashing_hub import Run

#: Seconds between two looks of observer and Hub in this world, and what a busy machine adds.
HEARTBEAT_S = 1.0
SLACK_S = 3.0
_TOLERANCE_S = HEARTBEAT_S + SLACK_S


@dataclass(frozen=True)
class Booked:
    """A session as the store has it, instants in seconds since the epoch."""

    session_id: str
    user_name: str
    state: str
    reserved: float
    began: float | None
    ended: float | None
    bound_s: float
    charged_s: float
    charges: int
    rate: int
    micros: int
    reason: str | None
    seen: float | None
    used: float | None

    def __str__(self) -> str:
        began, ended = self.began or self.reserved, self.ended or 0
        return (
            f"session {self.session_id} of {self.user_name} ({self.state}, {self.reason}, from"
            f" {began:.3f} to {ended:.3f}, at most {self.bound_s:.1f} s off, last seen at"
            f" {self.seen or 0:.3f}, last used at {self.used or 0:.3f})"
        )


_SESSIONS = """
SELECT s.session_id, s.user_name, s.state, s.reserved_at / 1000.0, s.running_at / 1000.0,
  s.ended_at / 1000.0, coalesce(s.estimate_ms, 0) / 1000.0,
  coalesce(sum(e.server_ms), 0) / 1000.0, count(e.entry_id), s.rate_micros,
  coalesce(sum(e.micros), 0), s.end_reason, s.seen_at / 1000.0, s.activity_at / 1000.0
FROM sessions s LEFT JOIN ledger_entries e ON e.session_id = s.session_id
GROUP BY s.session_id, s.user_name, s.state, s.reserved_at, s.running_at, s.ended_at,
  s.estimate_ms, s.rate_micros, s.end_reason, s.seen_at, s.activity_at
"""
_SUMS = """
SELECT (SELECT sum(server_ms) FROM ledger_entries), (SELECT sum(server_ms) FROM {0}),
  (SELECT sum(micros) FROM ledger_entries), (SELECT sum(micros) FROM {0})
"""


def booked(world: World) -> list[Booked]:
    """Every session there ever was."""
    return [_booked(*row) for row in world.rows(_SESSIONS)]


def _booked(*row: Any) -> Booked:
    *words, state = row[:3]
    instants, counts = row[3:8], row[8:12]
    return Booked(*words, state, *map(_number, instants), *counts, *map(_number, row[12:]))


def _number(value: Any) -> float | None:
    """PostgreSQL divides into decimals."""
    return None if value is None else float(value)


def faults(world: World) -> list[str]:
    """What does not balance, once everything has been brought to rest."""
    sessions = booked(world)
    runs: dict[str, list[Run]] = {}
    for run in world.runs():
        runs.setdefault(run.session_id, []).append(run)
    return [
        *_unknown(runs, sessions),
        *(fault for session in sessions for fault in _of_session(session, runs, world)),
        *_overlaps(sessions),
        *_too_many(sessions),
        *_sums(world),
    ]


def _unknown(runs: dict[str, list[Run]], sessions: list[Booked]) -> Iterator[str]:
    known = {session.session_id for session in sessions}
    for session_id in runs.keys() - known:
        yield f"session {session_id} ran, and the store knows nothing of it"


def _of_session(session: Booked, runs: dict[str, list[Run]], world: World) -> Iterator[str]:
    ran = runs.get(session.session_id, [])
    if session.state in ("reserved", "running"):
        yield f"{session} is {session.state}, and nothing runs any more: a seat is leaked"
    elif session.state == "released":
        yield from _not_charged(session, ran, world)
    elif len(ran) > 1:
        yield f"{session} ran {len(ran)} times under one name"
    else:
        yield from _charged(session, ran)


def _not_charged(session: Booked, ran: list[Run], world: World) -> Iterator[str]:
    if session.charges:
        yield f"{session} was given back, and is charged"
    for run in ran:
        # A local process belongs to nobody when the Hub dies between its start and the moment
        # when it has written down that there is one.
        is_forgotten = any(run.began - 1 < at < run.began + SLACK_S for at in world.hub_deaths)
        if run.seconds > _TOLERANCE_S and not is_forgotten:
            yield f"{session} ran {run.seconds:.1f} s, and is not charged"


def _charged(session: Booked, ran: list[Run]) -> Iterator[str]:
    true_s = ran[0].seconds if ran else 0.0
    if session.charged_s > true_s + _TOLERANCE_S:
        when = f"from {ran[0].began:.3f} to {ran[0].ended:.3f}" if ran else "never"
        yield f"{session} ran {when}, {true_s:.1f} s, and is charged {session.charged_s:.1f} s"
    if true_s > session.charged_s + session.bound_s + _TOLERANCE_S:
        yield f"{session} ran {true_s:.1f} s and is charged {session.charged_s:.1f} s"
    own_s = (session.ended or 0) - (session.began or 0)
    if abs(own_s - session.charged_s) > 0.0015:
        yield f"{session} lasted {own_s:.3f} s and is charged {session.charged_s:.3f} s"
    exact = session.rate * round(session.charged_s * 1000) // 3_600_000
    if session.micros != exact:
        yield f"{session} costs {session.micros}, and not {exact} micro-units"


def _overlaps(sessions: list[Booked]) -> Iterator[str]:
    by_server: dict[str, list[Booked]] = {}
    for session in sorted(sessions, key=lambda one: one.began or 0):
        if session.charges:
            by_server.setdefault(session.user_name, []).append(session)
    for of_one in by_server.values():
        for before, after in pairwise(of_one):
            if (before.ended or 0) > (after.began or 0):
                yield f"{before} and {after} are charged for the same time"


def _too_many(sessions: list[Booked]) -> Iterator[str]:
    """How many seats were taken at the same instant; one given back is free at that instant."""
    turns = [(session.reserved, 1) for session in sessions]
    turns += [(session.ended, -1) for session in sessions if session.ended is not None]
    taken = 0
    for at, change in sorted(turns):
        taken += change
        if taken > SEATS:
            yield f"{taken} of {SEATS} seats were taken at {at:.3f}"


def _sums(world: World) -> Iterator[str]:
    for table in ("community_days", "person_days", "community_months", "person_months"):
        ms, days_ms, micros, days_micros = world.rows(_SUMS.format(table))[0]
        if (ms, micros) != (days_ms, days_micros):
            yield f"{table} has {days_ms} ms and {days_micros} µ, the ledger {ms} and {micros}"
