"""Sums that differ from the ledger are made right, while everything else goes on."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.sums import Wanting
from catalyst_hub.core.unit_of_work import UnitOfWork


def repair_sums(uow: UnitOfWork, wanting: Wanting, actor: str, now: datetime) -> bool:
    """Add what is missing; False, and nothing done, when somebody else has repaired since it was
    found: it has to be looked for again."""
    if not uow.sums.repair(wanting.sums, wanting.differences, wanting.repairs):
        return False
    facts = {"sums": wanting.sums, "rows": len(wanting.differences)}
    uow.audit.add(now, actor, Action.SUMS_REPAIRED, facts=facts)
    return True
