"""How invitations are made and ended, by form or by program."""

from __future__ import annotations

import asyncio
import secrets
from http import HTTPStatus

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action, is_instructor_only
from catalyst_hub.champion.audiences import Audience
from catalyst_hub.champion.teaching import InvitingPage
from catalyst_hub.core.community import Community, Role
from catalyst_hub.core.invitation import CODES, Invitation, InvitingRefusal, Terms, code_of, digest
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.create_invitation import create_invitation
from catalyst_hub.usecases.revoke_invitation import revoke_invitation


class AboutInvitations(InvitingPage):
    """What the pages about them, and the addresses for programs, have in common."""

    tab = "invitations"

    def terms(self, slug: str, whom: Audience, seats: int, days: int, note: str) -> Terms:
        """What is asked for; raises ValueError. Who may make no champions finds nothing here."""
        if whom.role is Role.CHAMPION:
            self.community_for(Action.INVITE_CHAMPIONS, slug)
        note = note.strip()
        return Terms(seats, days, whom.role, note, whom.workshop_id, whom.is_for_instructors)

    async def make(
        self, community: Community, terms: Terms
    ) -> tuple[Invitation, str] | InvitingRefusal:
        """The invitation and its code, which nobody else ever sees; or why there is none."""
        code, slug = code_of(secrets.randbelow(CODES)), community.slug
        kept = await asyncio.to_thread(digest, self.policy.hub, code)
        actor, now = self.actor.name, self.now()
        by_instructor = is_instructor_only(self.allowed)
        made = await self.runtime.write(
            lambda uow: create_invitation(
                uow, self.policy, slug, kept, terms, actor, now, by_instructor=by_instructor
            )
        )
        return made if isinstance(made, InvitingRefusal) else (made, code)

    async def find(self, community: Community, number: str) -> Invitation:
        """One that the signed-in person may see; all others are not there."""
        return await self.read(lambda uow: self._found(uow, community, number))

    async def end(self, community: Community, number: str) -> None:
        """End one of those; one that has ended stays so."""
        actor, now = self.actor.name, self.now()

        def revoke(uow: UnitOfWork) -> None:
            found = self._found(uow, community, number)
            revoke_invitation(uow, community.slug, found.invitation_id, actor, now)

        await self.runtime.write(revoke)

    def _found(self, uow: UnitOfWork, community: Community, number: str) -> Invitation:
        found = self.invitation_of(uow, community, int(number))
        if found is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return found
