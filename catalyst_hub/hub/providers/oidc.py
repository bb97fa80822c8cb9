"""Providers that follow OpenID Connect; the other kinds say where they differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.oauth2 import OAuthenticator

from catalyst_hub.core.community import Claims
from catalyst_hub.core.wanted import Wanted
from catalyst_hub.hub.providers.asking import user_info
from catalyst_hub.hub.providers.discovery import discover
from catalyst_hub.hub.providers.problems import SignInRefusedError


class Oidc:
    """A kind of provider: where it is, what to ask for, and what its answers mean.

    ``settings`` are those of its part of the communities file.
    """

    authenticator: type[OAuthenticator] = GenericOAuthenticator

    #: Whether it says everything in the answer with the tokens, so that only new tokens say more.
    tells_with_tokens = False

    def __init__(self, settings: Mapping[str, Any], wanted: Wanted) -> None:
        self.settings = settings
        self.wanted = wanted

    @property
    def issuer(self) -> str | None:
        """What it calls itself, if that is known."""
        return self.settings.get("issuer")

    def traits(self) -> dict[str, Any]:
        """Of its authenticator: addresses and scopes."""
        addresses = {
            "authorize_url": self.settings["authorize_url"] or "",
            "token_url": self.settings["token_url"] or "",
            "userdata_url": self.settings["userinfo_url"] or "",
        }
        is_basic = self.settings["client_authentication"] != "post"
        return {**addresses, "basic_auth": is_basic, "scope": self.settings["scopes"]}

    def authorize_params(self) -> dict[str, str]:
        """More that it wants to know when a person is sent to it."""
        return {}

    async def prepare(self, oauth: OAuthenticator) -> None:
        """Look up its addresses, once."""
        if self.issuer and not oauth.authorize_url:
            found = await discover(oauth, self.issuer)
            if self.settings["client_authentication"] is None:
                oauth.basic_auth = found.is_basic
            oauth.token_url, oauth.userdata_url = found.token_url, found.userinfo_url
            oauth.authorize_url = found.authorize_url

    async def ask(self, oauth: OAuthenticator, tokens: Mapping[str, Any]) -> dict[str, Any]:
        """Everything it says of the person whose tokens these are."""
        return await user_info(oauth, tokens)

    def subject(self, info: Mapping[str, Any]) -> str:
        """What it calls her, and never another."""
        return identifier(info, self.settings["subject_claim"])

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """What it says of her, in our words."""
        names = self.settings
        email = text(info, names["email_claim"])
        is_verified = is_true(info.get("email_verified"))
        login = text(info, names["login_claim"])
        is_hers = names["login_claim"] != names["email_claim"] or is_verified
        return Claims(
            login=login if is_hers else "",
            nickname=login,
            display_name=text(info, names["name_claim"]),
            email=email or None,
            is_email_verified=is_verified,
            groups=groups(within(info, names["groups_claim"])),
        )


def identifier(info: Mapping[str, Any], claim: str) -> str:
    """A claim that names a person for ever. Raises :class:`SignInRefusedError` without it."""
    value = info.get(claim)
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value)
    raise SignInRefusedError(f"there is no claim {claim!r}")


def verified_email(info: Mapping[str, Any]) -> str:
    """The e-mail address, if it is known to be hers."""
    return text(info, "email") if is_true(info.get("email_verified")) else ""


def text(info: Mapping[str, Any], claim: str) -> str:
    """A claim that is text; empty when it is missing or something else."""
    value = info.get(claim)
    return value.strip() if isinstance(value, str) else ""


def is_true(value: object) -> bool:
    """Some providers write their truth in quotes."""
    return value is True or value == "true"


def within(info: Mapping[str, Any], claim: str) -> object:
    """A claim, or one within a claim: ``realm_access.roles``."""
    if claim in info:
        return info[claim]
    found: Any = info
    for step in claim.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def groups(value: object) -> frozenset[str]:
    """The names in a claim of groups; a single one may stand without a list."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        return frozenset()
    # Keycloak writes groups as paths.
    plain = (name.strip("/ ") for name in names if isinstance(name, str))
    return frozenset(filter(None, plain))
