"""People and sessions to put into a store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.community import Identity
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import Ending, EndReason, ServerKey, Session, SessionState
from catalyst_hub.core.unit_of_work import Person, UnitOfWork

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

_numbers = count()


def a_person(uow: UnitOfWork, name: str = "kofi") -> Person:
    return uow.people.add(name, name.title(), Identity("demo", name), NOW)


def a_session(
    person: Person,
    *,
    community: str = "savanna",
    profile: str = "python",
    server_name: str = "",
    reserved_at: datetime = NOW,
    zone: str = "Africa/Nairobi",
    currency: str = "KES",
    rate_micros: int = 3_600_000,
) -> Session:
    """Reserved: one CPU, one GiB, a thousandth of a unit of money each second."""
    return Session(
        session_id=f"session-{next(_numbers)}",
        person_id=person.person_id,
        key=ServerKey(person.name, server_name),
        choice=Choice(community, profile, "small", "lab"),
        resources=Resources(cpu_milli=1000, memory_bytes=1024**3),
        rate_micros=rate_micros,
        currency=currency,
        zone=zone,
        state=SessionState.RESERVED,
        reserved_at=reserved_at,
    )


def running(uow: UnitOfWork, session: Session, since: datetime | None = None) -> Session:
    """Put it into the store as running."""
    since = since or session.reserved_at
    uow.sessions.add(session)
    uow.sessions.run(session.session_id, since)
    return replace(session, state=SessionState.RUNNING, running_at=since)


def stopped(uow: UnitOfWork, session: Session, ended_at: datetime) -> bool:
    """End a running one, charged."""
    ending = Ending(ended_at, EndReason.STOPPED)
    return uow.sessions.end(session, ending, charges(session, ended_at))
