"""Servers that still run in a community whose champions have taken their owners out."""

from __future__ import annotations

from collections.abc import Sequence

from catalyst_hub.core.session import Session
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_leftovers(uow: UnitOfWork, user_name: str | None = None) -> Sequence[Session]:
    """Live sessions to stop, of one person or of everybody.

    A membership that only lapsed (a rule stopped matching) stops nothing: a provider that
    forgets somebody's groups for an hour must not cost that person a day's work.
    """
    closed: dict[int, frozenset[str]] = {}
    leftovers = []
    for session in uow.sessions.all_live():
        if user_name not in (None, session.key.user_name):
            continue
        if session.person_id not in closed:
            closed[session.person_id] = uow.memberships.closed_to(session.person_id)
        if session.choice.community in closed[session.person_id]:
            leftovers.append(session)
    return leftovers
