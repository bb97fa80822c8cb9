"""The heartbeat: what an observer saw running, and what it heard of activity."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalyst_hub.core.observation import OBSERVER, HubObservation
from catalyst_hub.core.session import Session, SessionState, last_learned_at
from catalyst_hub.core.trust import ACTIVITY_RESET, OBSERVING, has_gap, shared_activity
from catalyst_hub.core.unit_of_work import UnitOfWork

_MILLISECOND = timedelta(milliseconds=1)


def observe_sessions(uow: UnitOfWork, observation: HubObservation, now: datetime) -> None:
    """Note every running session that was seen, and that somebody is looking."""
    sessions = uow.sessions.all_live()
    seen = {s.session_id: _news(s, observation) for s in sessions if _is_seen(s, observation)}
    uow.sessions.seen(seen, observation.taken_at)
    _note_what_to_trust(uow, observation, now)
    uow.heartbeats.beat(OBSERVER, now)


def _note_what_to_trust(uow: UnitOfWork, observation: HubObservation, now: datetime) -> None:
    signs = uow.heartbeats.all()
    if has_gap(signs, now):
        uow.heartbeats.beat(OBSERVING, now)
    reset_at = shared_activity(server.activity_at for server in observation.servers.values())
    if reset_at is not None and signs.get(ACTIVITY_RESET) != reset_at:
        uow.heartbeats.beat(ACTIVITY_RESET, min(reset_at, now))


def _is_seen(session: Session, observation: HubObservation) -> bool:
    server = observation.servers.get(session.key)
    if server is None or not server.is_ready or session.state is not SessionState.RUNNING:
        return False
    # What was seen before this session began was the server's previous one.
    return last_learned_at(session) <= observation.taken_at


def _news(session: Session, observation: HubObservation) -> datetime | None:
    """When it was last in use, if that is not known yet: most is, and is not written again."""
    activity_at = observation.servers[session.key].activity_at
    if activity_at is None:
        return None
    # Proxies have been known to report local time as UTC.
    heard_at, known_at = min(activity_at, observation.taken_at), session.activity_at
    # The store keeps milliseconds.
    is_known = known_at is not None and timedelta() <= heard_at - known_at < _MILLISECOND
    return None if is_known else heard_at
