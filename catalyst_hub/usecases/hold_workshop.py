"""A workshop as it is until this transaction ends: for whoever changes only some of it."""

from __future__ import annotations

from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Workshop


def hold_workshop(uow: UnitOfWork, slug: str, workshop_id: int) -> Workshop | None:
    """Nobody else changes it meanwhile; None: the community has none of this number."""
    # Before it is read: whoever waited has to see what the one before has written.
    uow.limits.lock(slug)
    found = uow.workshops.get(workshop_id)
    return found if found is not None and found.community == slug else None
