"""Somebody without an account shows a code: would it let her in, and where?"""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.invitation import Refusal, newcomer_refusal
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.redemption import locked_invitation
from catalyst_hub.core.unit_of_work import UnitOfWork


def check_invitation(uow: UnitOfWork, policy: Policy, digest: str, now: datetime) -> str | Refusal:
    """The community it would let a newcomer into, by slug; or why it does not. Changes nothing."""
    invitation = locked_invitation(uow, policy, digest, now)
    if invitation is None:
        return Refusal.UNKNOWN
    return newcomer_refusal(invitation, now) or invitation.community
