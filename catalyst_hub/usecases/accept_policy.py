"""A communities file comes into force."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import HUB, Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def accept_policy(uow: UnitOfWork, version: str, text: str, now: datetime) -> None:
    """Put this version into force; nothing happens if it is already."""
    active = uow.policies.active()
    if active is not None and active.version == version:
        return
    uow.policies.accept(version, text, now)
    facts = {"version": version, "before": active.version if active else None}
    uow.audit.add(now, HUB, Action.POLICY_ACCEPTED, facts=facts)
