"""``/communities/<slug>/invitations.json``: the same for programs, which bring their own token."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.audiences import invited_as
from catalyst_hub.champion.inviting import AboutInvitations
from catalyst_hub.champion.json_body import json_object, refuse
from catalyst_hub.champion.sheet import join_address
from catalyst_hub.core.invitation import (
    Invitation,
    InvitingRefusal,
    Terms,
    Whom,
    refusal,
    shown,
)
from catalyst_hub.core.json_values import number_said, object_said, text_said
from catalyst_hub.i18n.invitations import inviting_refusal_text

_FIELDS = ("seats", "days", "note", "for", "workshop")
#: No database counts further.
_LAST_NUMBER = 10**18


class InvitationsFile(AboutInvitations):
    """All of a community that the reader may see, and a way to make one."""

    async def get(self, slug: str) -> None:
        """The list, the newest first; an instructor's are for learners of the workshop that
        runs. No code is among them: nobody has it but who made it."""
        community, now = self.community_for(Action.INVITE, slug), self.now()
        found = await self.read(lambda uow: self.invitations_of(uow, community))
        self.finish({"invitations": [_as_object(each, now) for each in found]})

    async def post(self, slug: str) -> None:
        """Make one: the only answer that has its ``code``, and the ``link`` with it. 422 and a
        ``message`` when it cannot be."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        said = json_object(self.request.body)
        try:
            terms = self._terms(slug, said)
        except ValueError as error:
            refuse(self, str(error))
            return
        made = await self.make(community, terms)
        if isinstance(made, InvitingRefusal):
            refuse(self, inviting_refusal_text(made, community.bounds, self.translator), made)
            return
        invitation, code = made
        once = {
            "code": shown(code),
            "link": join_address(self.request, self.hub_url, shown(code)),
        }
        self.set_status(HTTPStatus.CREATED)
        self.finish(_as_object(invitation, self.now()) | once)

    def _terms(self, slug: str, said: dict[str, Any]) -> Terms:
        """What the object asks for; raises ValueError with a sentence for programmers."""
        object_said("an invitation", said, *_FIELDS)
        whom = text_said("for", said.get("for", Whom.MEMBERS))
        workshop = number_said("workshop", said.get("workshop"))
        if workshop is not None and not 0 < workshop < _LAST_NUMBER:
            raise ValueError("workshop is the number of a workshop")
        seats, days = (_counted(name, said.get(name)) for name in ("seats", "days"))
        note = text_said("note", said.get("note", ""))
        return self.terms(slug, invited_as(whom, workshop), seats, days, note)


class InvitationFile(AboutInvitations):
    """``…/invitations/<id>.json``."""

    async def get(self, slug: str, number: str) -> None:
        """One of them."""
        community = self.community_for(Action.INVITE, slug)
        self.finish(_as_object(await self.find(community, number), self.now()))

    async def delete(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        community = self.community_for(Action.INVITE, slug)
        await self.end(community, number)
        self.set_status(HTTPStatus.NO_CONTENT)


def _counted(name: str, value: object) -> int:
    number = number_said(name, value)
    if number is None or number < 1:
        raise ValueError(f"{name} is a whole number from 1")
    return number


def _as_object(invitation: Invitation, now: datetime) -> dict[str, Any]:
    return {
        "invitation": invitation.invitation_id,
        "for": invitation.whom,
        "workshop": invitation.workshop_id,
        "seats": invitation.seats,
        "used": invitation.used,
        "note": invitation.note,
        "state": refusal(invitation, now) or "open",
        "made_by": invitation.created_by,
        "made_at": _said(invitation.created_at),
        "expires_at": _said(invitation.expires_at),
        "revoked_at": _said(invitation.revoked_at) if invitation.revoked_at else None,
    }


def _said(at: datetime) -> str:
    # As the store keeps it: the answer that makes one says the same as every later one.
    return at.isoformat(timespec="milliseconds")


def routes(below: str) -> list[tuple[str, type[Any]]]:
    """Below the address of a community."""
    return [
        (rf"{below}/invitations\.json", InvitationsFile),
        (rf"{below}/invitations/(\d{{1,18}})\.json", InvitationFile),
    ]
