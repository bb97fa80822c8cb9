"""Old rows lose their names, or go; no sum changes."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.retention import Kept, OldDetails
from catalyst_hub.core.unit_of_work import UnitOfWork


def forget_old_details(uow: UnitOfWork, old: OldDetails, actor: str, now: datetime) -> int:
    """Do it to these rows, as far as they are old still; how many there were.

    What was done before is not done again, so whoever is killed half-way is followed by another.
    """
    rows = uow.details.forget(old.kept, old.keys, old.before)
    if rows:
        facts: dict[str, object] = {
            "table": old.kept,
            "rows": rows,
            "before": old.before.isoformat(),
        }
        if old.kept is Kept.AUDIT:
            facts["through"] = max(old.keys)[0]
        uow.audit.add(now, actor, Action.DETAILS_FORGOTTEN, facts=facts)
    return rows
