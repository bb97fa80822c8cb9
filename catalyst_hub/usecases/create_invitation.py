"""A champion makes a code that lets people in."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.invitation import Invitation, Terms
from catalyst_hub.core.unit_of_work import UnitOfWork


def create_invitation(
    uow: UnitOfWork, community: str, digest: str, terms: Terms, actor: str, now: datetime
) -> Invitation:
    """Keep the digest of a new code; the code itself is the champion's to hand on."""
    invitation = uow.invitations.add(community, digest, terms, actor, now)
    facts = {
        "invitation": invitation.invitation_id,
        "role": terms.role,
        "seats": terms.seats,
        "days": terms.days,
        "note": terms.note,
    }
    uow.audit.add(now, actor, Action.INVITATION_MADE, community=community, facts=facts)
    return invitation
