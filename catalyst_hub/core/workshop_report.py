"""What became of a workshop, in numbers that name nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from catalyst_hub.core.attendance import is_used
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import DEATHS, FAILED_STARTS, EndReason, Session, used_between
from catalyst_hub.core.window import milliseconds
from catalyst_hub.core.workshop import Workshop

#: After so many days it is told who has come back until then.
CAME_BACK = (30, 60, 90)
#: Failures of which nobody knows why: starts, and servers that ended by themselves.
NEVER_STARTED, DIED = EndReason.NEVER_STARTED.value, "died"


@dataclass(frozen=True, slots=True)
class WorkshopReport:
    """One workshop until now, or until its end.

    ``registered`` have come with an invitation for learners, ``came`` of them have run a server.
    ``starts``, ``usage`` and ``peak`` (servers at once) are of everybody, instructors too. Start
    times are from the press of the button until the server answers; None: nothing has started.
    ``failures`` counts by cause: refusals by their codes, else why a start failed or a server died.
    Of money only what is in ``currency`` is counted. ``came_back`` has, by days after the end, how
    many of those who came have run a server again until then; None: that is not known yet.
    """

    workshop: Workshop
    is_over: bool
    registered: int
    came: int
    starts: int
    usage: Usage
    peak: int
    start_median_ms: int | None
    start_p95_ms: int | None
    failures: Mapping[str, int]
    currency: str
    came_back: Mapping[int, int | None]

    @property
    def micros_per_person(self) -> int | None:
        """What each who came has cost; None: nobody has come."""
        return round(self.usage.micros / self.came) if self.came else None


@dataclass(frozen=True, slots=True)
class Record:
    """What the store knows of a workshop: its people by id, its sessions, how often a start was
    refused by code, and when each of its people started a server again after the end."""

    registered: Collection[int]
    sessions: Sequence[Session]
    denials: Mapping[str, int]
    returned_at: Mapping[int, datetime]


def report_on(
    workshop: Workshop, ends_at: datetime, currency: str, record: Record, now: datetime
) -> WorkshopReport:
    """All of it; ``ends_at`` is the end of the last meeting."""
    sessions = record.sessions
    ran = [session for session in sessions if session.running_at is not None]
    came = {s.person_id for s in ran if is_used(s)} & set(record.registered)
    times = sorted(milliseconds(s.reserved_at, s.running_at) for s in ran if s.running_at)
    used = (_used(session, currency, now) for session in ran)
    return WorkshopReport(
        workshop,
        is_over=now >= ends_at,
        registered=len(record.registered),
        came=len(came),
        starts=len(ran),
        usage=sum(used, Usage()),
        peak=most_at_once(ran, now),
        start_median_ms=nearest_rank(times, 50),
        start_p95_ms=nearest_rank(times, 95),
        failures=_failures(record),
        currency=currency,
        came_back={
            days: _came_back(came, record.returned_at, ends_at + timedelta(days=days), now)
            for days in CAME_BACK
        },
    )


def nearest_rank(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest of the values, sorted upwards, that so many percent do not exceed."""
    return ordered[ceil(len(ordered) * percent / 100) - 1] if ordered else None


def most_at_once(sessions: Iterable[Session], now: datetime) -> int:
    """How many of these ran at the same time when it was most; those that run, until now."""
    steps: list[tuple[datetime, int]] = []
    for session in sessions:
        if session.running_at is not None:
            steps += [(session.running_at, 1), (session.ended_at or now, -1)]
    # Of one that ends when another begins, the end comes first.
    most = current = 0
    for _, step in sorted(steps):
        current += step
        most = max(most, current)
    return most


def _used(session: Session, currency: str, now: datetime) -> Usage:
    used = used_between(session, session.reserved_at, session.ended_at or now)
    if session.currency == currency:
        return used
    return Usage(used.server_ms, used.cpu_ms, used.mib_ms, used.gpu_ms, 0)


def _failures(record: Record) -> Mapping[str, int]:
    """The most frequent first."""
    counts = Counter(record.denials)
    for session in record.sessions:
        reason = session.end_reason
        if reason is EndReason.LOST:
            counts[DIED] += 1
        elif reason in FAILED_STARTS | DEATHS:
            counts[str(reason)] += 1
    return dict(counts.most_common())


def _came_back(
    came: Collection[int], returned_at: Mapping[int, datetime], until: datetime, now: datetime
) -> int | None:
    if now < until:
        return None
    return sum(person_id in returned_at and returned_at[person_id] < until for person_id in came)
