"""Providers that follow OpenID Connect nearly as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthenticator.auth0 import Auth0OAuthenticator
from oauthenticator.azuread import AzureAdOAuthenticator
from oauthenticator.gitlab import GitLabOAuthenticator
from oauthenticator.google import GoogleOAuthenticator

from catalyst_hub.core.community import Claims
from catalyst_hub.hub.providers.oidc import (
    Oidc,
    groups,
    identifier,
    is_true,
    text,
    verified_email,
    within,
)
from catalyst_hub.hub.providers.problems import ProviderUnavailableError, SignInRefusedError

_SCOPES = ["openid", "profile", "email"]


class _Standard(Oidc):
    """People are known by ``sub`` and, unless said otherwise, by their verified e-mail."""

    def subject(self, info: Mapping[str, Any]) -> str:
        """``sub``, of OpenID Connect."""
        return identifier(info, "sub")

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """An address that is not verified serves for nothing but a hub name."""
        email = verified_email(info)
        return Claims(
            login=email,
            nickname=text(info, "email"),
            display_name=text(info, "name"),
            email=text(info, "email") or None,
            is_email_verified=bool(email),
            groups=self._groups(info),
        )

    def _groups(self, info: Mapping[str, Any]) -> frozenset[str]:
        claim = self.settings.get("groups_claim")
        return groups(within(info, claim)) if claim else frozenset()


class Google(_Standard):
    """Personal accounts, and those of organisations (``hosted_domains``)."""

    authenticator = GoogleOAuthenticator

    @property
    def issuer(self) -> str:
        """As its discovery document has it."""
        return "https://accounts.google.com"

    def traits(self) -> dict[str, Any]:
        """Its present addresses; oauthenticator's are those of an older version."""
        return {
            "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
            "token_url": "https://oauth2.googleapis.com/token",
            "userdata_url": "https://openidconnect.googleapis.com/v1/userinfo",
            "hosted_domain": [],
            "scope": _SCOPES,
        }

    def authorize_params(self) -> dict[str, str]:
        """With one organisation only, Google offers its accounts only."""
        domains: list[str] = self.settings["hosted_domains"] or []
        hint = {"hd": domains[0]} if len(domains) == 1 else {}
        return {"access_type": "offline", **hint}

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """An address alone does not make somebody a member of an organisation: ``hd`` does."""
        domains = {domain.casefold() for domain in self.settings["hosted_domains"] or ()}
        if domains and text(info, "hd").casefold() not in domains:
            raise SignInRefusedError("an account of another organisation, or of none")
        return super().claims(info)


class Auth0(_Standard):
    """A tenant of Auth0. Groups are in a claim that an action of the tenant's adds."""

    authenticator = Auth0OAuthenticator

    @property
    def issuer(self) -> str:
        """The tenant's address."""
        return str(self.settings["url"])

    def traits(self) -> dict[str, Any]:
        """Its addresses, below the tenant's."""
        url = self.settings["url"]
        return {
            "authorize_url": f"{url}/authorize",
            "token_url": f"{url}/oauth/token",
            "userdata_url": f"{url}/userinfo",
            "auth0_domain": url.partition("://")[2],
            "auth0_subdomain": "",
            "scope": _SCOPES,
        }


class GitLab(_Standard):
    """GitLab, with every group by its full path: ``sabana/learners``."""

    authenticator = GitLabOAuthenticator

    @property
    def issuer(self) -> str:
        """The server's address."""
        return str(self.settings["url"])

    def traits(self) -> dict[str, Any]:
        """OpenID Connect tells the groups in one answer; its older API does not."""
        url = self.settings["url"]
        return {"gitlab_url": url, "userdata_url": f"{url}/oauth/userinfo", "scope": _SCOPES}

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """A user name is one person's at a time."""
        email = verified_email(info)
        return Claims(
            login=text(info, "nickname"),
            display_name=text(info, "name"),
            email=text(info, "email") or None,
            is_email_verified=bool(email),
            groups=groups(info.get("groups")),
        )


class AzureAd(_Standard):
    """One tenant of Microsoft Entra ID. It says everything in the token of the sign-in."""

    authenticator = AzureAdOAuthenticator
    tells_with_tokens = True

    def traits(self) -> dict[str, Any]:
        """The addresses of version 2; oauthenticator's are those of version 1."""
        below = f"{self.settings['url']}/{self.settings['tenant']}/oauth2/v2.0"
        return {
            "authorize_url": f"{below}/authorize",
            "token_url": f"{below}/token",
            "tenant_id": self.settings["tenant"],
            "scope": [*_SCOPES, "offline_access"],
        }

    def subject(self, info: Mapping[str, Any]) -> str:
        """The person's object in the directory, which operators can look up there."""
        return identifier(info, "oid")

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """Groups are object ids. Of somebody in too many, the token does not list any."""
        if "groups" in (info.get("_claim_names") or {}):
            message = "more groups than a token holds: let the application emit assigned ones only"
            raise ProviderUnavailableError(message, is_away=False)
        login = text(info, "preferred_username")
        return Claims(
            login=login,
            display_name=text(info, "name"),
            email=text(info, "email") or None,
            is_email_verified=is_true(info.get("xms_edov")),
            groups=groups(info.get("groups")),
            nickname=login,
        )
