"""Somebody opens another person's server, with that person's consent."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.consent import Standing
from catalyst_hub.core.unit_of_work import UnitOfWork


def record_opening(uow: UnitOfWork, standing: Standing, now: datetime) -> bool:
    """Note it for the owner and in the audit; False: it has been withdrawn this very moment."""
    consent = uow.consents.get(standing.consent.consent_id)
    if consent is None or not consent.holds(now):
        return False
    uow.consents.use(consent.consent_id, now)
    uow.audit.add(
        now,
        consent.asked_by,
        Action.SERVER_OPENED,
        community=consent.community,
        subject=standing.owner,
        facts={"consent": consent.consent_id, "server": consent.server_name},
    )
    return True
