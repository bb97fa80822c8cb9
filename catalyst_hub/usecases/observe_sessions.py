"""The heartbeat: what an observer saw running, and what it heard of activity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from catalyst_hub.core.observation import OBSERVER, HubObservation
from catalyst_hub.core.trust import (
    ACTIVITY_RESET,
    OBSERVING,
    has_gap,
    shared_activity,
    unknown_since,
)
from catalyst_hub.core.unit_of_work import UnitOfWork


def observe_sessions(
    uow: UnitOfWork,
    observation: HubObservation,
    seen: Mapping[str, datetime | None],
    now: datetime,
) -> None:
    """Note every running session that was seen (by id, with its last activity where that is news),
    and that somebody is looking."""
    uow.sessions.seen(seen, observation.taken_at)
    _note_what_to_trust(uow, observation, now)
    uow.heartbeats.beat(OBSERVER, now)


def _note_what_to_trust(uow: UnitOfWork, observation: HubObservation, now: datetime) -> None:
    signs = uow.heartbeats.all()
    if has_gap(signs, now):
        uow.heartbeats.beat(OBSERVING, now)
    for process in sorted(unknown_since(signs, now)):
        uow.heartbeats.beat(process, now)
    reset_at = shared_activity(server.activity_at for server in observation.servers.values())
    # One that is still to come is no news of a proxy, but of a clock.
    if reset_at is not None and reset_at <= now and signs.get(ACTIVITY_RESET) != reset_at:
        uow.heartbeats.beat(ACTIVITY_RESET, reset_at)
