"""``/communities/<slug>/people/<name>/appoint`` and ``…/dismiss``: who is a champion."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from tornado.web import HTTPError

from catalyst_hub.champion.access import Action
from catalyst_hub.champion.membership import MembershipPage, member_called
from catalyst_hub.champion.person_actions import may_dismiss
from catalyst_hub.core.community import Community
from catalyst_hub.core.roles import AppointingRefusal, DismissingRefusal
from catalyst_hub.usecases.appoint_champion import appoint_champion
from catalyst_hub.usecases.dismiss_champion import dismiss_champion

#: The note of the people page that says why not.
_NOT_APPOINTED: Mapping[AppointingRefusal, str] = MappingProxyType(
    {
        AppointingRefusal.NOT_IN: "not-in",
        AppointingRefusal.OPERATOR: "no-operator",
        AppointingRefusal.ALREADY: "appointed",
        AppointingRefusal.NOT_ALLOWED: "may-not-appoint",
        AppointingRefusal.ENOUGH: "enough-champions",
    }
)
_NOT_DISMISSED: Mapping[DismissingRefusal, str] = MappingProxyType(
    {
        DismissingRefusal.NONE: "dismissed",
        DismissingRefusal.BY_RULE: "champion-by-rule",
        DismissingRefusal.LAST: "last-champion",
    }
)


class _RolePage(MembershipPage):
    tab = "people"

    async def ask(self, community: Community, name: str, template: str) -> None:
        """Ask once more; somebody who is not there is not there."""
        self.speak_for(community)
        person = await self.read(lambda uow: member_called(uow, community.slug, name))
        if person is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        self.show_below(
            community,
            template,
            name=person.shown_as,
            is_oneself=name == self.actor.name,
        )

    async def lead_back(self, community: Community, name: str, note: str) -> None:
        """To the list, when the Hub has heard of it."""
        await self.tell_the_hub(name)
        self.back_to(community, f"people?note={note}")


class AppointPage(_RolePage):
    """Makes a member a champion."""

    async def get(self, slug: str, name: str) -> None:
        """Ask whether to appoint them."""
        community = self.community_for(Action.APPOINT, slug)
        if not (self.actor.is_operator or community.bounds.champions_may_appoint):
            self.back_to(community, f"people?note={_NOT_APPOINTED[AppointingRefusal.NOT_ALLOWED]}")
            return
        await self.ask(community, name, "appoint")

    async def post(self, slug: str, name: str) -> None:
        """Appoint them, as far as the communities file lets champions."""
        community = self.community_for(Action.APPOINT, slug)
        actor, now = self.actor, self.now()
        refusal = await self.runtime.write(
            lambda uow: appoint_champion(
                uow, self.policy, slug, name, actor.name, now, by_operator=actor.is_operator
            )
        )
        note = "appointed" if refusal is None else _NOT_APPOINTED[refusal]
        await self.lead_back(community, name, note)


class DismissPage(_RolePage):
    """Makes a champion a plain member: operators anybody, champions themselves."""

    async def get(self, slug: str, name: str) -> None:
        """Ask whether they shall be champion no more."""
        await self.ask(self._community(slug, name), name, "dismiss")

    async def post(self, slug: str, name: str) -> None:
        """Dismiss them."""
        community = self._community(slug, name)
        actor, now = self.actor, self.now()
        refusal = await self.runtime.write(
            lambda uow: dismiss_champion(
                uow, slug, name, actor.name, now, by_operator=actor.is_operator
            )
        )
        if refusal is None and name == actor.name and not actor.is_operator:
            # The list is not theirs to see any more.
            await self.tell_the_hub(name)
            self.redirect(self.hub_auth.base_url, status=HTTPStatus.SEE_OTHER)
            return
        note = "dismissed" if refusal is None else _NOT_DISMISSED[refusal]
        await self.lead_back(community, name, note)

    def _community(self, slug: str, name: str) -> Community:
        is_oneself = name == self.actor.name and not self.actor.is_operator
        community = self.community_for(Action.STEP_DOWN if is_oneself else Action.DISMISS, slug)
        if not may_dismiss(name, self.actor, self.allowed):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return community
