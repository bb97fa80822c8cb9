"""Invitations as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.invitation import Invitation, Refusal, refusal
from catalyst_hub.i18n import Translator
from catalyst_hub.i18n.actors import actor_name


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """One invitation; ``state`` is empty as long as it lets people in, ``whom`` for members."""

    number: int
    name: str
    by: str
    used: str
    seats: int
    ends: str
    state: str
    whom: str


def invitation_row(
    invitation: Invitation,
    community: Community,
    names: Mapping[str, str],
    workshops: Mapping[int, str],
    now: datetime,
    translator: Translator,
) -> InvitationRow:
    """One invitation in the reader's language; ``names`` are display names by hub name,
    ``workshops`` titles by id."""
    _, number = translator.gettext, invitation.invitation_id
    return InvitationRow(
        number=number,
        name=invitation.note or _("Invitation %(number)s", number=number),
        by=actor_name(invitation.created_by, names, translator),
        used=_("%(used)s of %(seats)s", used=invitation.used, seats=invitation.seats),
        seats=invitation.seats,
        ends=translator.instant(invitation.expires_at, community.zone),
        state=_state(invitation, now, translator),
        whom=_whom(invitation, workshops, translator),
    )


def _whom(invitation: Invitation, workshops: Mapping[int, str], translator: Translator) -> str:
    _ = translator.gettext
    if invitation.role is Role.CHAMPION:
        return _("makes champions")
    if invitation.workshop_id is None:
        return ""
    workshop = workshops.get(invitation.workshop_id, "")
    if invitation.is_for_instructors:
        return _("Instructors of %(workshop)s", workshop=workshop)
    return _("Learners of %(workshop)s", workshop=workshop)


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
