"""``/hub/account/link`` and ``/hub/account/unlink``: one person, several ways to sign in.

Both sides are hers to prove: this one by being signed in, the other one by signing in there, from
here, in the same session. Nothing is linked before she has seen both names and said yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from tornado.web import HTTPError, authenticated

from catalyst_hub.core.community import Identity
from catalyst_hub.core.linking import LinkingRefusal
from catalyst_hub.core.profile import text_in
from catalyst_hub.hub.adoption import adopted_user
from catalyst_hub.hub.other_sessions import end_other_sessions
from catalyst_hub.hub.pages.oauth import TOO_OLD, ProviderPage
from catalyst_hub.hub.pending_links import browser_of
from catalyst_hub.hub.providers.attempt import Attempt
from catalyst_hub.hub.providers.sign_in import SignIn
from catalyst_hub.i18n import N_
from catalyst_hub.usecases.link_identity import link_identity
from catalyst_hub.usecases.show_ways import OwnWay, show_ways
from catalyst_hub.usecases.unlink_identity import unlink_identity

NOTES = {
    "linked": N_("From now on you can sign in here in this way, too."),
    "unlinked": N_("This way to sign in is gone. All your other browsers have been signed out."),
}
_REFUSALS: Mapping[LinkingRefusal, str] = MappingProxyType(
    {
        LinkingRefusal.UNKNOWN: N_("This does not work for your account."),
        LinkingRefusal.HERS: N_("You can sign in with it already: there is nothing to add."),
        LinkingRefusal.TAKEN: N_(
            "It leads to another account of this hub already. Two accounts stay two: their names,"
            " files and communities cannot be put together. To use the other one, sign out here"
            " and sign in with it."
        ),
        LinkingRefusal.OLD_HOME: N_(
            "With it you would find the files you had on this hub before. Sign out here, sign in"
            " with it, and add this way from there."
        ),
        LinkingRefusal.OPERATOR: N_(
            "It cannot be added, for one of the two belongs to somebody who runs this hub, and the"
            " other does not. Both have to be listed as operators first."
        ),
        LinkingRefusal.BLOCKED: N_(
            "It cannot be added: the people who run this hub keep it out of the hub or of one of"
            " its communities. Please ask them."
        ),
    }
)


class _OwnWaysPage(ProviderPage):
    """What these pages share."""

    @property
    def _browser(self) -> str:
        browser = browser_of(self)
        if not browser:
            raise HTTPError(400, TOO_OLD)
        return browser

    async def _back(self, note: str) -> None:
        """To the account, once the Hub knows what has changed."""
        await self.follow_own_change()
        self.redirect(self.hub_url(f"account?note={note}"), status=303)


class LinkPage(_OwnWaysPage):
    """Asks with what else she wants to sign in, and sends her there."""

    # Their way leads to other sites, and browsers look at where a form ends up.
    form_targets = ""

    @authenticated
    async def get(self) -> None:
        """Every way that takes no more than to prove who one is there."""
        await self._show()

    @authenticated
    async def post(self) -> None:
        """To the provider; or, where it has no page of its own, straight to the question."""
        fields = {name: self.get_body_argument(name, "") for name in self.request.body_arguments}
        provider = self.authenticator.oauth_provider(fields.get("provider", ""))
        if provider is not None:
            await self.send(provider, Attempt.begin(provider.slug, links=self._browser))
            return
        came = self.authenticator.identified(fields)
        if came is None:
            self.set_status(403)
            await self._show(self.translator.gettext("The name or the password is wrong."))
            return
        now = self.runtime.now()
        reference = self.authenticator.pending_links.keep(self._browser, came, now)
        self.redirect(self.hub_url("account/link", reference), status=303)

    async def _show(self, problem: str = "") -> None:
        entries = offered(self)
        html = await self.render_template("catalyst/link.html", entries=entries, problem=problem)
        self.finish(html)


class ConfirmLinkPage(_OwnWaysPage):
    """Names both sides and asks; then they are one person's."""

    @authenticated
    async def get(self, reference: str) -> None:
        """Ask, or say why not; in another session there is nothing to ask."""
        came = self.authenticator.pending_links.of(reference, self._browser, self.runtime.now())
        if came is None:
            raise HTTPError(400, TOO_OLD)
        await self._show(came, await self._link(came, is_rehearsal=True))

    @authenticated
    async def post(self, reference: str) -> None:
        """Link them."""
        now = self.runtime.now()
        came = self.authenticator.pending_links.take(reference, self._browser, now)
        if came is None:
            raise HTTPError(400, TOO_OLD)
        refusal = await self._link(came)
        if refusal is not None:
            self.set_status(409)
            await self._show(came, refusal)
            return
        await self._back("linked")

    async def _link(self, came: SignIn, *, is_rehearsal: bool = False) -> LinkingRefusal | None:
        runtime, name = self.runtime, self.current_user.name
        identity, claims = came.identity, came.claims
        adopted = adopted_user(self.authenticator, self, came)
        run = self.read if is_rehearsal else self.change
        return await run(
            lambda uow: link_identity(
                uow,
                runtime.policy,
                name,
                identity,
                claims,
                runtime.now(),
                adopted=adopted,
                is_rehearsal=is_rehearsal,
            )
        )

    async def _show(self, came: SignIn, refusal: LinkingRefusal | None) -> None:
        claims = came.claims
        other = {
            "provider": title_of(self, came.identity),
            "login": claims.login or claims.nickname,
            "name": claims.display_name,
        }
        problem = self.translator.gettext(_REFUSALS[refusal]) if refusal else ""
        html = await self.render_template(
            "catalyst/link_confirm.html", other=other, problem=problem
        )
        self.finish(html)


class UnlinkPage(_OwnWaysPage):
    """Asks once more, and says what it means; then the way is gone."""

    @authenticated
    async def get(self, reference: str) -> None:
        """Ask; whoever has no such way, or no other, has no such page."""
        way = await self._way(reference)
        html = await self.render_template("catalyst/unlink.html", way=shown(self, way))
        self.finish(html)

    @authenticated
    async def post(self, reference: str) -> None:
        """Take it away, and end what it may have opened."""
        runtime, name = self.runtime, self.current_user.name
        identity = (await self._way(reference)).way.identity
        no = await self.change(
            lambda uow: unlink_identity(uow, runtime.policy, name, identity, runtime.now())
        )
        if no is not None:
            raise HTTPError(404)
        await end_other_sessions(self, self.current_user, identity)
        await self._back("unlinked")

    async def _way(self, reference: str) -> OwnWay:
        found = (own for own in await ways_of(self) if reference_to(own.way.identity) == reference)
        way = next(found, None)
        if way is None or not way.may_unlink:
            raise HTTPError(404)
        return way


async def ways_of(page: Any) -> list[OwnWay]:
    """The ways in which who looks at a page signs in. Raises StoreUnavailableError."""
    runtime, name = page.runtime, page.current_user.name
    return list(await runtime.read(lambda uow: show_ways(uow, runtime.policy, name, runtime.now())))


async def own_ways(page: Any) -> Mapping[str, object] | None:
    """The words of ``catalyst/account_identities.html``; None: the store does not know her."""
    ways = await ways_of(page)
    if not ways:
        return None
    is_operators = [own.is_operators for own in ways]
    return {
        "ways": [shown(page, own) for own in ways],
        "is_half_operator": any(is_operators) and not all(is_operators),
        "may_add": bool(offered(page)),
    }


def shown(page: Any, own: OwnWay) -> Mapping[str, object]:
    """A way as pages name it."""
    return {
        "provider": title_of(page, own.way.identity),
        "login": own.way.login,
        "reference": reference_to(own.way.identity),
        "may_unlink": own.may_unlink,
        "has_lapsed": own.has_lapsed,
    }


def offered(page: Any) -> list[dict[str, Any]]:
    """What somebody may add: an account on this hub is always somebody's already."""
    entries = page.authenticator.sign_in_entries(page.translator.language)
    return [entry for entry in entries if entry["kind"] != "workshop"]


def title_of(page: Any, identity: Identity) -> str:
    """What people call the provider of an identity, which the file may not have any more."""
    provider = page.runtime.policy.provider(identity.provider)
    title = text_in(provider.title, page.translator.language) if provider else ""
    return title or identity.provider


def reference_to(identity: Identity) -> str:
    """An identity in an address: not what the provider calls her, for addresses are logged."""
    return sha256(f"{identity.provider}\0{identity.subject}".encode()).hexdigest()[:16]


def routes() -> list[tuple[Any, ...]]:
    """Below ``/hub``."""
    return [
        (r"/account/link", LinkPage),
        (r"/account/link/([A-Za-z0-9_-]+)", ConfirmLinkPage),
        (r"/account/unlink/([0-9a-f]+)", UnlinkPage),
    ]
