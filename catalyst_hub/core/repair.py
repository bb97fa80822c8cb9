"""What is wrong between the Hub and the store, by the rules of repair.

The Hub's word counts only for what the store knew before the Hub was asked: everything newer is
left for the next look.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from catalyst_hub.core.observation import HubObservation, ObservedServer
from catalyst_hub.core.session import (
    Session,
    SessionState,
    known_over_at,
    last_learned_at,
)


class Finding(StrEnum):
    """What can be wrong with a live session."""

    EXPIRED = "expired"
    LOST = "lost"
    STARTED = "started"


def finding(session: Session, observation: HubObservation, patience: timedelta) -> Finding | None:
    """What is wrong with this session; None: nothing, or it is too early to tell.

    ``patience`` is how long a reservation may wait for a Hub that says nothing about it.
    """
    server = observation.servers.get(session.key)
    is_there = server is not None and (server.is_ready or server.is_pending)
    if not session.is_live or last_learned_at(session) > observation.taken_at:
        return None
    if session.state is SessionState.RUNNING:
        return None if is_there else Finding.LOST
    if is_there:
        return Finding.STARTED if server is not None and server.is_ready else None
    is_overdue = session.reserved_at + patience < observation.taken_at
    return Finding.EXPIRED if is_overdue else None


def running_since(session: Session, observation: HubObservation) -> datetime:
    """Since when a reserved session has been running, by the word of the Hub."""
    started_at = observation.servers[session.key].started_at or observation.taken_at
    return max(session.reserved_at, min(started_at, observation.taken_at))


def adopted_since(
    server: ObservedServer, latest: Session | None, taken_at: datetime
) -> datetime | None:
    """From when on a server without a session is charged; None: leave it alone.

    Never before its previous session was over, so that no minute is charged twice. A server whose
    session was closed after the Hub was asked may be gone by now.
    """
    if server.is_pending or not server.is_ready:
        return None
    started_at = min(server.started_at or taken_at, taken_at)
    learned_at = known_over_at(latest) if latest else None
    if latest is None or latest.ended_at is None or learned_at is None:
        return started_at
    return max(started_at, latest.ended_at) if learned_at < taken_at else None
