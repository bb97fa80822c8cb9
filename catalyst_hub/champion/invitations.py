"""``/communities/<slug>/invitations``: codes that let people in."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, may
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.invitation_rows import invitation_row
from catalyst_hub.champion.membership import MembershipPage
from catalyst_hub.champion.sheet import join_address, qr_code
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.invitation import (
    CODES,
    LONGEST_NOTE,
    MOST_DAYS,
    MOST_SEATS,
    Invitation,
    Terms,
    code_of,
    digest,
    shown,
)
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.revoke_invitation import revoke_invitation

#: How long its champion can go back to the page with the code, in the same browser.
_SHOWN_S = 600
_NOTES = {"revoked": N_("The invitation has ended. Whoever came with it stays.")}


class InvitationsPage(MembershipPage):
    """The list, and the form that makes one."""

    tab = "invitations"

    async def get(self, slug: str) -> None:
        """Show those there are."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        invitations, names = await self.read(lambda uow: self._look(uow, slug))
        note, now = _NOTES.get(self.get_query_argument("note", ""), ""), self.now()
        self.show_below(
            community,
            "invitations",
            note=self.translator.gettext(note) if note else "",
            may_admit=may(self.actor, Action.INVITE, slug),
            may_appoint=may(self.actor, Action.INVITE_CHAMPIONS, slug),
            most_seats=MOST_SEATS,
            most_days=MOST_DAYS,
            longest_note=LONGEST_NOTE,
            invitations=[
                invitation_row(i, community, names, now, self.translator) for i in invitations
            ],
        )

    def _look(self, uow: UnitOfWork, slug: str) -> tuple[list[Invitation], dict[str, str]]:
        invitations = list(uow.invitations.of(slug))
        people = (uow.people.by_name(name) for name in {i.created_by for i in invitations})
        return invitations, {p.name: p.display_name or p.name for p in people if p is not None}

    async def post(self, slug: str) -> None:
        """Make one, and show its code."""
        community = self.community_for(Action.INVITE, slug)
        terms, code = self._terms(slug), code_of(secrets.randbelow(CODES))
        kept = await asyncio.to_thread(digest, self.policy.hub, code)
        actor, now = self.actor.name, self.now()
        invitation = await self.runtime.write(
            lambda uow: create_invitation(uow, slug, kept, terms, actor, now)
        )
        self._keep_for_a_while(invitation, code)
        self.back_to(community, f"invitations/{invitation.invitation_id}")

    def _terms(self, slug: str) -> Terms:
        """What the form asks for; raises NotUnderstoodError."""
        role = Role.MEMBER
        if self.get_body_argument("role", "") == Role.CHAMPION.value:
            self.community_for(Action.INVITE_CHAMPIONS, slug)
            role = Role.CHAMPION
        try:
            seats, days = (int(self.get_body_argument(name, "")) for name in ("seats", "days"))
            return Terms(seats, days, role, self.get_body_argument("note", "").strip())
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error

    def _keep_for_a_while(self, invitation: Invitation, code: str) -> None:
        """In the champion's own browser; the store has only the digest."""
        self.set_signed_cookie(
            _cookie(invitation),
            code,
            expires_days=None,
            path=self.hub_auth.base_url,
            max_age=_SHOWN_S,
            httponly=True,
            samesite="Lax",
            secure=self.request.protocol == "https",
        )


def _cookie(invitation: Invitation) -> str:
    return f"catalyst-invitation-{invitation.invitation_id}"


class InvitationPage(MembershipPage):
    """``…/invitations/<id>``: the sheet to print, as long as the code is at hand."""

    tab = "invitations"

    async def get(self, slug: str, number: str) -> None:
        """Show link, code and picture."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        invitation = await self._find(community, number)
        code = self._code(invitation)
        address = join_address(self.request, self.hub_url, shown(code)) if code else ""
        self.show_below(
            community,
            "invitation",
            row=invitation_row(invitation, community, {}, self.now(), self.translator),
            code=shown(code),
            link=address,
            picture=qr_code(address) if address else "",
        )

    async def _find(self, community: Community, number: str) -> Invitation:
        found = await self.read(lambda uow: uow.invitations.get(int(number)))
        if found is None or found.community != community.slug:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found

    def _code(self, invitation: Invitation) -> str:
        """The code, in the browser that has just made it; else nothing."""
        kept = self.get_signed_cookie(_cookie(invitation), max_age_days=_SHOWN_S / 86400)
        return kept.decode() if kept else ""


class RevokePage(MembershipPage):
    """``…/invitations/<id>/revoke``."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.INVITE, slug), "invitations")

    async def post(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        community = self.community_for(Action.INVITE, slug)
        actor, now = self.actor.name, self.now()
        await self.runtime.write(lambda uow: revoke_invitation(uow, slug, int(number), actor, now))
        self.back_to(community, "invitations?note=revoked")
