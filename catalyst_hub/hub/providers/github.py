"""GitHub, its Enterprise servers included: organisations and teams from its REST API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthenticator.github import GitHubOAuthenticator
from oauthenticator.oauth2 import OAuthenticator

from catalyst_hub.core.community import Claims
from catalyst_hub.hub.providers.asking import every_page, user_info
from catalyst_hub.hub.providers.oidc import Oidc, identifier, text

_ORGANISATIONS, _TEAMS, _EMAILS = "user/orgs", "user/teams", "user/emails"


class GitHub(Oidc):
    """Knows no OpenID Connect. A login can change hands; the number of an account cannot."""

    authenticator = GitHubOAuthenticator

    def traits(self) -> dict[str, Any]:
        """What is not wanted is not asked for, so people grant as little as the rules need."""
        scopes = {
            "read:org": self.wanted.has_groups or self.wanted.has_teams,
            "user:email": self.wanted.has_domains,
        }
        scope = [name for name, is_needed in scopes.items() if is_needed]
        return {"github_url": self.settings["url"], "scope": scope}

    async def ask(self, oauth: OAuthenticator, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """The account, and of the lists those that some rule needs."""
        info = await user_info(oauth, tokens)
        lists = {
            _ORGANISATIONS: self.wanted.has_groups,
            _TEAMS: self.wanted.has_teams,
            _EMAILS: self.wanted.has_domains,
        }
        for name in (name for name, is_needed in lists.items() if is_needed):
            url = f"{oauth.github_api}/{name}?per_page=100"
            info[name] = await every_page(oauth, url, tokens["token_response"])
        return info

    def subject(self, info: Mapping[str, Any]) -> str:
        """The number of the account."""
        return identifier(info, "id")

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """Groups are ``org`` and ``org:team``, as they stand in addresses."""
        email = _primary_email(info)
        return Claims(
            login=text(info, "login"),
            display_name=text(info, "name"),
            email=email or None,
            is_email_verified=bool(email),
            groups=frozenset(
                [
                    *(organisation["login"] for organisation in info.get(_ORGANISATIONS, ())),
                    *(_team(team) for team in info.get(_TEAMS, ())),
                ]
            ),
        )


def _team(team: Mapping[str, Any]) -> str:
    return f"{team['organization']['login']}:{team['slug']}"


def _primary_email(info: Mapping[str, Any]) -> str:
    """The one address that counts: anybody may write any other into their public profile."""
    emails = info.get(_EMAILS, ())
    return next((e["email"] for e in emails if e.get("primary") and e.get("verified")), "")
