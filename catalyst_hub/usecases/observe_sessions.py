"""The heartbeat: what an observer saw running, and what it heard of activity."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.observation import OBSERVER, HubObservation
from catalyst_hub.core.session import Session, SessionState, last_learned_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def observe_sessions(uow: UnitOfWork, observation: HubObservation, now: datetime) -> None:
    """Note every running session that was seen, and that somebody is looking."""
    sessions = uow.sessions.all_live()
    seen = {s.session_id: _activity(s, observation) for s in sessions if _is_seen(s, observation)}
    uow.sessions.seen(seen, observation.taken_at)
    uow.heartbeats.beat(OBSERVER, now)


def _is_seen(session: Session, observation: HubObservation) -> bool:
    server = observation.servers.get(session.key)
    if server is None or not server.is_ready or session.state is not SessionState.RUNNING:
        return False
    # What was seen before this session began was the server's previous one.
    return last_learned_at(session) <= observation.taken_at


def _activity(session: Session, observation: HubObservation) -> datetime | None:
    activity_at = observation.servers[session.key].activity_at
    # Proxies have been known to report local time as UTC.
    return min(activity_at, observation.taken_at) if activity_at else None
