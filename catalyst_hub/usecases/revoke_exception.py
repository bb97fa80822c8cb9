"""An exception ends before its time; the limit is what it was from this moment on."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.unit_of_work import UnitOfWork


def revoke_exception(
    uow: UnitOfWork, community: str, exemption_id: int, actor: str, now: datetime
) -> bool:
    """Revoke it, and tell the person. False, and nothing done: this community has no such
    exception in force."""
    exemption = uow.exemptions.get(exemption_id)
    if exemption is None or exemption.community != community or not exemption.is_in_force(now):
        return False
    if not uow.exemptions.revoke(exemption_id, actor, now):
        return False
    person_id = exemption.person_id
    person = None if person_id is None else uow.people.named([person_id]).get(person_id)
    uow.audit.add(
        now,
        actor,
        Action.EXCEPTION_REVOKED,
        community=community,
        subject=person.name if person else None,
        facts={"exception": exemption_id},
    )
    if person is not None:
        uow.mails.queue(person, MailKind.EXCEPTION_REVOKED, now, community=community, by=actor)
    return True
