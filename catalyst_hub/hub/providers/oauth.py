"""Signing in at a provider elsewhere, by OAuth 2 with PKCE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from jupyterhub.crypto import CryptKeeper
from oauthenticator.oauth2 import OAuthenticator
from tornado.httputil import url_concat

from catalyst_hub.core.community import Claims, Identity
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.wanted import Wanted
from catalyst_hub.hub.providers.accounts import Auth0, AzureAd, GitLab, Google
from catalyst_hub.hub.providers.attempt import Answered, Attempt
from catalyst_hub.hub.providers.breaker import Breaker
from catalyst_hub.hub.providers.cilogon import CILogon
from catalyst_hub.hub.providers.github import GitHub
from catalyst_hub.hub.providers.globus import Globus
from catalyst_hub.hub.providers.isolated import isolated
from catalyst_hub.hub.providers.oidc import Oidc
from catalyst_hub.hub.providers.problems import RevokedError
from catalyst_hub.hub.providers.secrets import Secrets
from catalyst_hub.hub.providers.sign_in import SignIn
from catalyst_hub.hub.providers.tokens import has_expired, redeem

KINDS: Mapping[str, type[Oidc]] = MappingProxyType(
    {
        "auth0": Auth0,
        "azuread": AzureAd,
        "cilogon": CILogon,
        "github": GitHub,
        "gitlab": GitLab,
        "globus": Globus,
        "google": Google,
        "oidc": Oidc,
    }
)


class OAuthProvider:
    """One provider: sends people to it, and asks it who came back."""

    def __init__(self, described: Provider, wanted: Wanted, secrets: Secrets, log: Any) -> None:
        self.slug = described.slug
        self.answered = Answered()
        self.breaker = Breaker()
        self._described = described
        self._secrets = secrets
        self._kind = KINDS[described.kind](described.settings, wanted)
        self._oauth: OAuthenticator = isolated(
            self._kind.authenticator,
            log,
            client_id=str(described.settings["client_id"]),
            client_secret="",
            **self._kind.traits(),
        )

    def objection(self, app: Any) -> str | None:
        """It needs a secret, and a key under which the Hub keeps what it gives us."""
        try:
            secret = self._secrets.of(self.slug)
        except OSError as error:
            return f"the secret of the provider {self.slug!r} cannot be read: {error}"
        if not secret:
            return (
                f"the provider {self.slug!r} has no secret. Put the one that it gave you when you"
                f" registered the hub into {self._secrets.places(self.slug)}"
            )
        if not CryptKeeper.instance().keys:
            return (
                f"the provider {self.slug!r} gives the hub tokens, and there is no key to keep them"
                " safe. Set JUPYTERHUB_CRYPT_KEY to the output of 'openssl rand -hex 32', the same"
                " at every start"
            )
        self._oauth.client_secret = secret
        return None

    def entries(self, language: str) -> list[dict[str, Any]]:
        """A link. The page knows where it leads."""
        title = text_in(self._described.title, language)
        return [{"id": self.slug, "title": title, "kind": "oauth", "login_url": None}]

    def identify(self, fields: Mapping[str, str]) -> SignIn | None:
        """Nobody signs in here by a form."""
        return None

    @property
    def callback_url(self) -> str | None:
        """Where the provider sends people back to, if the file says so."""
        return self._described.settings["callback_url"]  # type: ignore[return-value]

    @property
    def issuer(self) -> str | None:
        """What the provider calls itself, if that is known."""
        return self._kind.issuer

    async def authorize_url(self, attempt: Attempt, callback_url: str) -> str:
        """Where to send the person. Raises :class:`ProviderUnavailableError`."""
        await self._kind.prepare(self._oauth)
        return url_concat(
            self._oauth.authorize_url,
            {
                "response_type": "code",
                "client_id": self._oauth.client_id,
                "redirect_uri": callback_url,
                "scope": " ".join(self._oauth.scope),
                "state": attempt.state,
                "code_challenge": attempt.code_challenge,
                "code_challenge_method": "S256",
                **self._kind.authorize_params(),
            },
        )

    async def come_back(
        self, attempt: Attempt, code: str, callback_url: str, now: datetime
    ) -> SignIn:
        """Who came back with a code. Raises :class:`ProviderUnavailableError`,
        :class:`RevokedError` (the code is void) and :class:`SignInRefusedError`."""
        await self._kind.prepare(self._oauth)
        tokens = await redeem(
            self._oauth,
            now,
            grant_type="authorization_code",
            code=code,
            redirect_uri=callback_url,
            code_verifier=attempt.code_verifier,
        )
        return await self._who(tokens)

    async def renew(self, auth_state: Mapping[str, Any], now: datetime) -> SignIn | None:
        """What the provider says now of somebody who is signed in; None: it cannot be asked,
        because the token has come to its natural end, and there is none to renew it.

        Raises :class:`ProviderUnavailableError` and :class:`RevokedError`.
        """
        came = await self._renewed(auth_state, now)
        if came and came.identity.subject != auth_state["catalyst"]["subject"]:
            raise RevokedError("the token belongs to somebody else")
        return came

    async def _renewed(self, auth_state: Mapping[str, Any], now: datetime) -> SignIn | None:
        await self._kind.prepare(self._oauth)
        is_over = has_expired(auth_state, now) or self._kind.tells_with_tokens
        refresh_token = auth_state.get("refresh_token")
        if not is_over:
            try:
                return await self._who(auth_state)
            except RevokedError:
                if not refresh_token:
                    raise
        if not refresh_token:
            return None
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self._who(await redeem(self._oauth, now, **grant))

    async def _who(self, tokens: Mapping[str, Any]) -> SignIn:
        info = await self._kind.ask(self._oauth, tokens)
        identity, claims = self.understand(info)
        kept = {key: value for key, value in tokens.items() if key != "catalyst"}
        return SignIn(identity, claims, tokens=kept)

    def understand(self, info: Mapping[str, Any]) -> tuple[Identity, Claims]:
        """What the provider's words mean. Raises :class:`SignInRefusedError` and
        :class:`ProviderUnavailableError` when they mean nothing."""
        identity = Identity(self.slug, self._kind.subject(info))
        claims = self._kind.claims(info)
        if claims.login.isdecimal():
            # It could pass for somebody else's subject, which rules may list people by.
            claims = replace(claims, login="", nickname=claims.login)
        return identity, claims
