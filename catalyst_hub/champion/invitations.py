"""``/communities/<slug>/invitations``: codes that let people in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.audiences import audience, audiences
from catalyst_hub.champion.errors import NotUnderstoodError
from catalyst_hub.champion.invitation_rows import invitation_row
from catalyst_hub.champion.sheet import join_address, qr_code
from catalyst_hub.champion.shown_once import at_hand, keep_for_a_while
from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.champion.wording import N_
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.invitation import (
    CODES,
    LONGEST_NOTE,
    Invitation,
    InvitingRefusal,
    Terms,
    code_of,
    digest,
    shown,
)
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Workshop
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.revoke_invitation import revoke_invitation

_NOTES = {"revoked": N_("The invitation has ended. Whoever came with it stays.")}
_REFUSALS: Mapping[InvitingRefusal, str] = MappingProxyType(
    {
        InvitingRefusal.OUT_OF_BOUNDS: N_(
            "An invitation here has at most %(seats)s seats, and holds for at most %(days)s days."
        ),
        InvitingRefusal.NO_WORKSHOP: N_(
            "This workshop takes nobody in any more. Please choose another."
        ),
    }
)
_USUAL_SEATS, _USUAL_DAYS = 20, 14


@dataclass(frozen=True, slots=True)
class _View:
    """What there is to show; ``names`` are display names by hub name."""

    invitations: Sequence[Invitation]
    names: Mapping[str, str]
    workshops: Sequence[Workshop]
    open_workshops: Sequence[Workshop]


class InvitationsPage(InvitingPage):
    """The list, and the form that makes one."""

    tab = "invitations"

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
        terms, code = self._terms(slug), code_of(secrets.randbelow(CODES))
        kept = await asyncio.to_thread(digest, self.policy.hub, code)
        actor, now = self.actor.name, self.now()
        by_instructor = is_instructor_only(self.allowed)
        made = await self.runtime.write(
            lambda uow: create_invitation(
                uow, self.policy, slug, kept, terms, actor, now, by_instructor=by_instructor
            )
        )
        if isinstance(made, InvitingRefusal):
            self.set_status(HTTPStatus.UNPROCESSABLE_ENTITY)
            await self._list(community, self._sentence(made, community))
            return
        keep_for_a_while(self, _cookie(made), code)
        self.back_to(community, f"invitations/{made.invitation_id}")

    def _sentence(self, refusal: InvitingRefusal, community: Community) -> str:
        bounds = community.bounds
        return self.translator.gettext(_REFUSALS[refusal]) % {
            "seats": bounds.most_invitation_seats,
            "days": bounds.most_invitation_days,
        }

    def _terms(self, slug: str) -> Terms:
        """What the form asks for; raises NotUnderstoodError."""
        whom = audience(self.get_body_argument("for", ""))
        if whom.role is Role.CHAMPION:
            self.community_for(Action.INVITE_CHAMPIONS, slug)
        try:
            seats, days = (int(self.get_body_argument(name, "")) for name in ("seats", "days"))
            return Terms(
                seats,
                days,
                whom.role,
                self.get_body_argument("note", "").strip(),
                whom.workshop_id,
                whom.is_for_instructors,
            )
        except ValueError as error:
            raise NotUnderstoodError(str(error)) from error


def _cookie(invitation: Invitation) -> str:
    return f"catalyst-invitation-{invitation.invitation_id}"


class InvitationPage(InvitingPage):
    """``…/invitations/<id>``: the sheet to print, as long as the code is at hand."""

    tab = "invitations"

    async def get(self, slug: str, number: str) -> None:
        """Show link, code and picture."""
        community = self.community_for(Action.INVITE, slug)
        self.speak_for(community)
        invitation = await self._find(community, number)
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

    async def _find(self, community: Community, number: str) -> Invitation:
        found = await self.read(lambda uow: self.invitation_of(uow, community, int(number)))
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found


class RevokePage(InvitingPage):
    """``…/invitations/<id>/revoke``."""

    tab = "invitations"

    def get(self, slug: str, number: str) -> None:
        """A reload after the form was sent: nothing to do."""
        self.back_to(self.community_for(Action.INVITE, slug), "invitations")

    async def post(self, slug: str, number: str) -> None:
        """End it; one that has ended stays so."""
        community = self.community_for(Action.INVITE, slug)
        actor, now = self.actor.name, self.now()

        def revoke(uow: UnitOfWork) -> None:
            if self.invitation_of(uow, community, int(number)) is None:
                raise HTTPError(HTTPStatus.NOT_FOUND)
            revoke_invitation(uow, slug, int(number), actor, now)

        await self.runtime.write(revoke)
        self.back_to(community, "invitations?note=revoked")
