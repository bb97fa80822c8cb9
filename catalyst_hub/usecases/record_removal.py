"""Somebody's files are gone from this hub, or have to be removed by hand."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import HUB, Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def record_removal(uow: UnitOfWork, user_name: str, now: datetime, *, is_removed: bool) -> None:
    """Write it down. ``is_removed`` False: the spawner cannot delete files."""
    facts = {"files": "removed" if is_removed else "left"}
    uow.audit.add(now, HUB, Action.FILES_REMOVED, subject=user_name, facts=facts)
