"""``/``: to the one community there is to look after, a choice of several, or one's own use."""

from __future__ import annotations

from catalyst_hub.champion.access import Action, may
from catalyst_hub.champion.use import UsePage
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in


class HomePage(UsePage):
    """Where a person begins."""

    async def get(self) -> None:
        """Lead champions to their community; show everybody else their own use."""
        communities = [
            community
            for community in self.policy.communities
            if may(self.actor, Action.READ, community.slug)
        ]
        if not communities:
            await super().get()
        elif len(communities) == 1:
            self.redirect(self.address_of(communities[0]))
        else:
            self._offer(communities)

    def _offer(self, communities: list[Community]) -> None:
        self.speak_for(communities[0])
        self.show(
            "home",
            communities=[
                (text_in(community.title, self.translator.language), self.address_of(community))
                for community in communities
            ],
        )
