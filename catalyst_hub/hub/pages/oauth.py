"""The way to a provider elsewhere, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jupyterhub.handlers.base import BaseHandler
from jupyterhub.utils import url_path_join
from tornado.web import HTTPError

from catalyst_hub.hub.pages.localized import Localized
from catalyst_hub.hub.pending_links import browser_of
from catalyst_hub.hub.providers.attempt import LIFETIME, Attempt, cookie_name
from catalyst_hub.hub.providers.problems import (
    ProviderUnavailableError,
    RevokedError,
    SignInRefusedError,
)
from catalyst_hub.hub.providers.sign_in import SignIn

if TYPE_CHECKING:
    # It needs the extra oauth, which a hub with other providers does without.
    from catalyst_hub.hub.providers.oauth import OAuthProvider

_DAYS = LIFETIME / timedelta(days=1)
#: Known to ``hub_messages``, which says them in the reader's language.
TOO_OLD = "This sign-in is too old, or was used already"
NOT_CONFIRMED = "The provider did not confirm the sign-in"
NOT_ACCEPTED = "The account is not accepted"
NOT_ANSWERING = "The provider does not answer"


class ProviderPage(Localized, BaseHandler):
    """A page of one provider, which is the last part of its address."""

    is_strict = True

    def _provider(self, slug: str) -> OAuthProvider:
        provider = self.authenticator.oauth_provider(slug)
        if provider is None:
            raise HTTPError(404)
        return provider

    def _callback_path(self, slug: str) -> str:
        return self.hub_url("oauth_callback", slug)

    def _callback_url(self, provider: OAuthProvider) -> str:
        """As the provider knows it: by the file, the Hub's public address, or this request."""
        if provider.callback_url:
            return provider.callback_url
        public = self.settings.get("public_url")
        scheme = public.scheme if public else self.request.protocol
        host = public.netloc if public else self.request.host
        return f"{scheme}://{url_path_join(host, self._callback_path(provider.slug))}"

    async def send(self, provider: OAuthProvider, attempt: Attempt) -> None:
        """To the provider; what comes back must come with the cookie that is set here."""
        slug = provider.slug
        try:
            there = await provider.authorize_url(attempt, self._callback_url(provider))
        except ProviderUnavailableError as error:
            self.log.error("Cannot send anybody to %s: %s", slug, error)
            raise HTTPError(503, NOT_ANSWERING) from error
        self._set_cookie(
            cookie_name(slug),
            attempt.to_cookie(),
            path=self._callback_path(slug),
            expires_days=_DAYS,
            samesite="Lax",
        )
        self.redirect(there)

    def log_exception(self, *error: Any) -> None:
        """Without the query: a code that nobody has used yet is worth something."""
        self.request.uri = self.request.path
        super().log_exception(*error)

    def append_query_parameters(self, url: str, exclude: object = None) -> str:
        """Nothing of these addresses is for the page after them."""
        return url


class ToProviderPage(ProviderPage):
    """Sends a person to a provider."""

    async def get(self, slug: str) -> None:
        """To the provider, and on from there to where she wanted to go."""
        next_url = self._validate_next_url(self.get_argument("next", ""))
        await self.send(self._provider(slug), Attempt.begin(slug, next_url))


class BackFromProviderPage(ProviderPage):
    """Where a provider sends people back to."""

    async def get(self, slug: str) -> None:
        """Sign in, or link to who is signed in, whoever comes back on the way she was sent."""
        provider = self._provider(slug)
        attempt = self._attempt(provider)
        code = self.get_argument("code", "")
        if not code or "error" in self.request.query_arguments:
            # What the provider says of it is not repeated: anybody can write such an address.
            raise HTTPError(403, NOT_CONFIRMED)
        came = await self._come_back(provider, attempt, code)
        if attempt.links:
            self._ask_to_confirm(attempt.links, came)
            return
        user = await self.login_user({"came": came})
        if user is None:
            raise HTTPError(403, NOT_CONFIRMED)
        self.redirect(attempt.next_url or self.get_next_url(user))

    def _attempt(self, provider: OAuthProvider) -> Attempt:
        """The attempt that this request answers; it is good for one answer."""
        name, state = cookie_name(provider.slug), self.get_argument("state", "")
        kept = self.get_secure_cookie(name, max_age_days=_DAYS)
        self.clear_cookie(name, path=self._callback_path(provider.slug))
        attempt = Attempt.from_cookie(kept.decode()) if kept else None
        if attempt is None or not attempt.is_answered_by(provider.slug, state):
            raise HTTPError(400, TOO_OLD)
        if not provider.answered.take(state, self.runtime.now()):
            raise HTTPError(400, TOO_OLD)
        if attempt.links and attempt.links != browser_of(self):
            raise HTTPError(400, TOO_OLD)
        issuer = self.get_argument("iss", "").rstrip("/")
        if issuer and provider.issuer and issuer != provider.issuer:
            raise HTTPError(400, NOT_CONFIRMED)
        return attempt

    async def _come_back(self, provider: OAuthProvider, attempt: Attempt, code: str) -> SignIn:
        now = self.runtime.now()
        try:
            return await provider.come_back(attempt, code, self._callback_url(provider), now)
        except ProviderUnavailableError as error:
            self.log.error("Cannot ask %s who came back: %s", provider.slug, error)
            raise HTTPError(503, NOT_ANSWERING) from error
        except RevokedError as error:
            raise HTTPError(400, TOO_OLD) from error
        except SignInRefusedError as error:
            self.log.warning("%s lets nobody in: %s", provider.slug, error)
            raise HTTPError(403, NOT_ACCEPTED) from error

    def _ask_to_confirm(self, browser: str, came: SignIn) -> None:
        now = self.runtime.now()
        reference = self.authenticator.pending_links.keep(browser, came, now)
        self.redirect(self.hub_url("account/link", reference))
