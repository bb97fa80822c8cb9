"""Globus, whose groups are a service of their own, with tokens of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthenticator.globus import GlobusOAuthenticator
from oauthenticator.oauth2 import OAuthenticator

from catalyst_hub.core.community import Claims
from catalyst_hub.hub.providers.asking import every_page, user_info
from catalyst_hub.hub.providers.oidc import Oidc, identifier, text
from catalyst_hub.hub.providers.problems import ProviderUnavailableError

_GROUPS = "groups.api.globus.org"
_GROUPS_SCOPE = f"urn:globus:auth:scope:{_GROUPS}:view_my_groups_and_memberships"


class Globus(Oidc):
    """A login is an account at an identity provider: ``kofi@uni.edu``. Nobody verifies e-mails."""

    authenticator = GlobusOAuthenticator

    def traits(self) -> dict[str, Any]:
        """No transfer of files, which oauthenticator would ask for as well."""
        groups = [_GROUPS_SCOPE] if self._has_groups else []
        addresses = {
            "authorize_url": f"{self.settings['url']}/v2/oauth2/authorize",
            "token_url": f"{self.settings['url']}/v2/oauth2/token",
            "userdata_url": f"{self.settings['url']}/v2/oauth2/userinfo",
            "globus_groups_url": f"{self.settings['groups_url']}/v2/groups/my_groups",
        }
        neutral = {"identity_provider": "", "globus_local_endpoint": ""}
        return {**addresses, **neutral, "scope": ["openid", "profile", "email", *groups]}

    @property
    def _has_groups(self) -> bool:
        return self.wanted.has_groups or self.wanted.has_teams

    async def ask(self, oauth: OAuthenticator, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """The account, and its groups when some rule names any."""
        info = await user_info(oauth, tokens)
        if self._has_groups:
            token = _groups_token(tokens["token_response"])
            info["groups"] = await every_page(oauth, oauth.globus_groups_url, token)
        return info

    def subject(self, info: Mapping[str, Any]) -> str:
        """The identity's UUID."""
        return identifier(info, "sub")

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """Groups are UUIDs; the identity provider is the domain of the login."""
        login = text(info, "preferred_username")
        return Claims(
            login=login,
            display_name=text(info, "name"),
            email=text(info, "email") or None,
            groups=frozenset(str(group["id"]) for group in info.get("groups", ())),
            identity_provider=login.rpartition("@")[2],
        )


def _groups_token(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    for token in answer.get("other_tokens") or ():
        if token.get("resource_server") == _GROUPS:
            return {"token_type": "Bearer", **token}
    raise ProviderUnavailableError("there is no token for its groups", is_away=False)
