"""A champion ends an invitation before its time; whoever came with it stays."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.unit_of_work import UnitOfWork


def revoke_invitation(
    uow: UnitOfWork, community: str, invitation_id: int, actor: str, now: datetime
) -> bool:
    """Revoke it. False, and nothing done: this community has no such invitation in force."""
    invitation = uow.invitations.get(invitation_id)
    if invitation is None or invitation.community != community:
        return False
    if not uow.invitations.revoke(invitation_id, actor, now):
        return False
    facts = {"invitation": invitation_id, "note": invitation.note}
    uow.audit.add(now, actor, Action.INVITATION_REVOKED, community=community, facts=facts)
    return True
