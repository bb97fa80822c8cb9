"""Somebody does not want to wait any longer."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.waiting import Outcome


def leave_line(uow: UnitOfWork, key: ServerKey, now: datetime) -> bool:
    """Give her place up, and the seat that may be held for her; False: she does not wait."""
    place = uow.waiting.of_server(key)
    if place is None:
        return False
    uow.limits.lock(place.community)
    if uow.waiting.over(place.place_id, Outcome.LEFT, now):
        facts = place.about(outcome=Outcome.LEFT)
        uow.audit.add(now, key.user_name, Action.PLACE_OVER, **facts)
    return True
