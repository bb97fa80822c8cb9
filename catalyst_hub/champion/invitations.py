"""``/communities/<slug>/invitations``: codes that let people in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.audiences import audience, audiences
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.invitation_rows import invitation_row
from catalyst_hub.champion.inviting import AboutInvitations
from catalyst_hub.champion.sheet import join_address, qr_code
from catalyst_hub.champion.shown_once import at_hand, keep_for_a_while
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community
from catalyst_hub.core.invitation import (
    LONGEST_NOTE,
    Invitation,
    InvitingRefusal,
    Terms,
    shown,
)
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.i18n.invitations import inviting_refusal_text

_NOTES = {"revoked": N_("The invitation has ended. Whoever came with it stays.")}
_USUAL_SEATS, _USUAL_DAYS = 20, 14


@dataclass(frozen=True, slots=True)
class _View:
    """What there is to show; ``names`` are display names by hub name."""

    invitations: Sequence[Invitation]
    names: Mapping[str, str]
    workshops: Sequence[Workshop]
    open_workshops: Sequence[Workshop]


class InvitationsPage(AboutInvitations):
    """The list, and the form that makes one."""

    async def get(self, slug: str) -> None:
        """Show those there are."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        await self._list(community)

    async def _list(self, community: Community, problem: str = "") -> None:
        view = await self.read(lambda uow: self._look(uow, community))
        note, now = _NOTES.get(self.get_query_argument("note", ""), ""), self.now()
        speak, titles = self.translator, {w.workshop_id: w.title for w in view.workshops}
        self.show_below(
            community,
            "invitations",
            note=speak.gettext(note) if note else "",
            problem=problem,
            bounds=community.bounds,
            usual_seats=min(_USUAL_SEATS, community.bounds.most_invitation_seats),
            usual_days=min(_USUAL_DAYS, community.bounds.most_invitation_days),
            longest_note=LONGEST_NOTE,
            choices=audiences(view.open_workshops, self.allowed, speak),
            chosen=self.get_query_argument("for", ""),
            invitations=[
                invitation_row(i, community, view.names, titles, now, speak)
                for i in view.invitations
            ],
        )

    def _look(self, uow: UnitOfWork, community: Community) -> _View:
        """What the reader may see: instructors only what is for their own learners."""
        today = local_day(self.now(), community.zone)
        workshops = uow.workshops.of(community.slug)
        if is_instructor_only(self.allowed):
            workshops = self.taught_now(uow, community)
        invitations = self.invitations_of(uow, community)
        makers = (uow.people.by_name(name) for name in {i.created_by for i in invitations})
        names = {p.name: p.shown_as for p in makers if p is not None}
        return _View(invitations, names, workshops, [w for w in workshops if w.is_open_on(today)])

    async def post(self, slug: str) -> None:
        """Make one, and show its code."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        made = await self.make(community, self._terms(slug))
        if isinstance(made, InvitingRefusal):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            problem = inviting_refusal_text(made, community.bounds, self.translator)
            await self._list(community, problem)
            return
        invitation, code = made
        keep_for_a_while(self, _cookie(invitation), code)
        self.back_to(community, f"invitations/{invitation.invitation_id}")

    def _terms(self, slug: str) -> Terms:
        """What the form asks for; raises NotUnderstoodError."""
        try:
            whom = audience(self.get_body_argument("for", ""))
            seats, days = (int(self.get_body_argument(name, "")) for name in ("seats", "days"))
            return self.terms(slug, whom, seats, days, self.get_body_argument("note", ""))
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error


def _cookie(invitation: Invitation) -> str:
    return f"catalyst-invitation-{invitation.invitation_id}"


class InvitationPage(AboutInvitations):
    """``…/invitations/<id>``: the sheet to print, as long as the code is at hand."""

    async def get(self, slug: str, number: str) -> None:
        """Show link, code and picture."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        invitation = await self.find(community, number)
        code = at_hand(self, _cookie(invitation))
        address = join_address(self.request, self.hub_url, shown(code)) if code else ""
        self.show_below(
            community,
            "invitation",
            row=invitation_row(invitation, community, {}, {}, self.now(), self.translator),
            code=shown(code),
            link=address,
            picture=qr_code(address) if address else "",
        )


class RevokePage(AboutInvitations):
    """``…/invitations/<id>/revoke``."""

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.INVITE, slug), "invitations")

    async def post(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        community = self.community_for(Action.INVITE, slug)
        await self.end(community, number)
        self.back_to(community, "invitations?note=revoked")
