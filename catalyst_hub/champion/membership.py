"""What the pages about people have in common: the tabs, the Hub that has to hear of a change."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from catalyst_hub.champion.base import Page
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.hub_client import HubClient, HubRefusedError, HubUnavailableError

_LONGEST = 255
_log = logging.getLogger(__name__)


def member_called(uow: UnitOfWork, community: str, name: str) -> Person | None:
    """Whoever belongs to the community under this hub name. Of all others a page says nothing, not
    even that they are there."""
    person = uow.people.by_name(name)
    is_in = person is not None and community in uow.memberships.of(person.person_id)
    return person if is_in else None


class MembershipPage(Page):
    """A page below a community that changes who belongs to it."""

    #: The tab that is open.
    tab = ""

    def show_below(
        self,
        community: Community,
        template: str,
        *,
        note: str = "",
        problem: str = "",
        **words: Any,
    ) -> None:
        """Send a page with the tabs; ``note`` and ``problem`` say what came of a form."""
        self.show(
            template,
            note=note,
            problem=problem,
            title=text_in(community.title, self.translator.language),
            address=self.address_of(community),
            tab=self.tab,
            xsrf=self.xsrf_token.decode(),
            **words,
        )

    async def name_meant(self, typed: str) -> str:
        """The hub name that somebody typed. It is in small letters however they wrote it, unless
        there is somebody of that very name: a hub that had people before us may have capitals."""
        name = typed.strip()[:_LONGEST]
        person = await self.read(lambda uow: uow.people.by_name(name))
        return name.lower() if person is None else person.name

    async def tell_the_hub(self, user_name: str) -> bool:
        """Let a change take effect now; False: it will within a minute.

        With the signed-in person's own token: to ask for this needs no power at all.
        """
        hub = HubClient(self.hub_auth.api_url, self.hub_auth.get_token(self))
        try:
            await hub.follow_store(user_name)
        except (HubRefusedError, HubUnavailableError) as error:
            _log.warning("The Hub has not heard of a change for %s: %s", user_name, error)
            return False
        return True

    def back_to(self, community: Community, below: str) -> None:
        """Lead on after a form was sent."""
        self.redirect(f"{self.address_of(community)}/{below}", status=HTTPStatus.SEE_OTHER)
