"""What one look at the Hub says of the sessions that are live in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.repair import finding
from catalyst_hub.core.session import Session, SessionState, last_learned_at
from catalyst_hub.core.unit_of_work import UnitOfWork

_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Compared:
    """``unseen``: names of users to ask the Hub about, one by one, before it is believed: their
    servers were not mentioned. ``seen``: running sessions by id, each with the instant of its last
    activity where the store does not know it yet. ``is_settled``: store and Hub agree, there is
    nothing to repair."""

    unseen: frozenset[str]
    seen: Mapping[str, datetime | None]
    is_settled: bool


def compare_sessions(uow: UnitOfWork, observation: HubObservation, patience: timedelta) -> Compared:
    """Change nothing: nearly always all is well, and those who write need not wait."""
    live = uow.sessions.all_live()
    known = {session.key for session in live}
    return Compared(
        unseen=frozenset(s.key.user_name for s in live if _is_unseen(s, observation)),
        seen={s.session_id: _news(s, observation) for s in live if _is_seen(s, observation)},
        is_settled=observation.servers.keys() <= known
        and not any(finding(session, observation, patience) for session in live),
    )


def _is_unseen(session: Session, observation: HubObservation) -> bool:
    is_older = last_learned_at(session) <= observation.taken_at
    return session.key not in observation.servers and is_older


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
