"""Invitations as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.invitation import Invitation, Refusal, refusal
from catalyst_hub.i18n import Translator


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation; ``state`` is empty as long as it lets people in."""

    number: int
    name: str
    by: str
    used: str
    seats: int
    ends: str
    state: str
    is_for_champions: bool


def invitation_row(
    invitation: Invitation,
    community: Community,
    names: Mapping[str, str],
    now: datetime,
    translator: Translator,
) -> InvitationRow:
    """One invitation in the reader's language; ``names`` are display names by hub name."""
    _, number = translator.gettext, invitation.invitation_id
    return InvitationRow(
        number=number,
        name=invitation.note or _("Invitation %(number)s", number=number),
        by=names.get(invitation.created_by, invitation.created_by),
        used=_("%(used)s of %(seats)s", used=invitation.used, seats=invitation.seats),
        seats=invitation.seats,
        ends=translator.instant(invitation.expires_at, community.zone),
        state=_state(invitation, now, translator),
        is_for_champions=invitation.role is Role.CHAMPION,
    )


def _state(invitation: Invitation, now: datetime, translator: Translator) -> str:
    _ = translator.gettext
    match refusal(invitation, now):
        case None:
            return ""
        case Refusal.REVOKED:
            return _("Revoked")
        case Refusal.FULL:
            return _("All seats taken")
        case _:
            return _("Ended")
