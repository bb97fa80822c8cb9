"""Which of somebody's servers wait for a seat."""

from __future__ import annotations

from catalyst_hub.core.unit_of_work import UnitOfWork


def find_waiting(uow: UnitOfWork, user_name: str) -> frozenset[str]:
    """Their names; the empty one is the default server."""
    return frozenset(place.key.server_name for place in uow.waiting.of_user(user_name))
