"""A champion lets somebody go first who waits for a seat."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def let_pass(uow: UnitOfWork, slug: str, place_id: int, actor: str, now: datetime) -> bool:
    """Put her before everybody else who has no seat yet; the next seat is hers.

    False: she does not wait in this community any more, or has been let pass before, or is the
    one who asks: nobody goes first by her own word.
    """
    uow.limits.lock(slug)
    place = next((p for p in uow.waiting.of_community(slug) if p.place_id == place_id), None)
    is_own = place is not None and place.key.user_name == actor
    if place is None or is_own or not uow.waiting.let_pass(place_id, actor):
        return False
    uow.audit.add(now, actor, Action.PLACE_LET_PASS, **place.about())
    return True
