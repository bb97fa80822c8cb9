"""Whether anybody stops servers when a limit is reached."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.enforcement import ENFORCER, HUB_OPENED, Enforcement
from catalyst_hub.core.unit_of_work import UnitOfWork


def is_enforced(uow: UnitOfWork, enforcement: Enforcement, now: datetime) -> bool:
    """As far as can be known, or as little as the operator minds.

    Whoever enforces begins after the hub, which gets as long a grace as a silence of theirs.
    """
    if enforcement.admits_without:
        return True
    signs = (uow.heartbeats.last(process) for process in (ENFORCER, HUB_OPENED))
    return any(at is not None and now - at <= enforcement.patience for at in signs)
