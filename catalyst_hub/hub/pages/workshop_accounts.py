"""What the pages for people without an account elsewhere have in common."""

from __future__ import annotations

from typing import Any

from tornado.web import HTTPError

from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.guesses import network
from catalyst_hub.core.unit_of_work import Person
from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.providers.sign_in import SignIn


class WorkshopAccountsPage(Localized):
    """A page of one provider of this kind, whose name is the last part of its address."""

    is_strict = True
    # After signing in a person may be on the way to an application on another site.
    form_targets = ""

    async def prepare(self) -> None:
        """No copies: on a computer that people share, going back must not show another's form."""
        await super().prepare()
        self.set_header("Cache-Control", "no-store")

    @property
    def address(self) -> str:
        """The address whose tries are counted."""
        return network(self.request.remote_ip)

    def require(self, slug: str) -> None:
        """404 where there are no such accounts."""
        if not self.authenticator.has_workshop_accounts(slug):
            raise HTTPError(404)

    async def let_in(self, person: Person, identity: Identity, language: str | None) -> Any:
        """Sign her in; the Hub's user. 403 when she may not come in at all.

        Nothing of what she calls herself is a login: rules must not let her in by a name that
        she may have taken because a rule lists it.
        """
        claims = Claims(login="", display_name=person.display_name)
        user = await self.login_user({"came": SignIn(identity, claims, language)})
        if user is None:
            raise HTTPError(403)
        return user
