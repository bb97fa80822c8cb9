"""Whose sessions are live in the store, while the Hub did not mention the server."""

from __future__ import annotations

from catalyst_hub.core.observation import HubObservation
from catalyst_hub.core.session import last_learned_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_unseen(uow: UnitOfWork, observation: HubObservation) -> frozenset[str]:
    """Names of the users to ask the Hub about, one by one, before it is believed."""
    return frozenset(
        session.key.user_name
        for session in uow.sessions.all_live()
        if session.key not in observation.servers
        and last_learned_at(session) <= observation.taken_at
    )
