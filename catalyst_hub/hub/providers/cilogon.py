"""CILogon, which stands for thousands of universities and a few companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from oauthenticator.cilogon import CILogonOAuthenticator

from catalyst_hub.core.community import Claims, is_domain_among
from catalyst_hub.hub.providers.oidc import Oidc, groups, identifier, text
from catalyst_hub.hub.providers.problems import SignInRefusedError


class CILogon(Oidc):
    """An identity provider speaks for its own domains only: any of them could claim an address
    of another university's, and CILogon hands it on as it is."""

    authenticator = CILogonOAuthenticator

    @property
    def issuer(self) -> str:
        """CILogon names itself."""
        return str(self.settings["url"])

    def traits(self) -> dict[str, Any]:
        """Its addresses, as its documentation has them."""
        url = self.settings["url"]
        return {
            "authorize_url": f"{url}/authorize",
            "token_url": f"{url}/oauth2/token",
            "userdata_url": f"{url}/oauth2/userinfo",
            "scope": ["openid", "email", "profile", "org.cilogon.userinfo"],
        }

    def authorize_params(self) -> dict[str, str]:
        """The first of the identity providers is chosen already."""
        known = ",".join(part["id"] for part in self.settings["identity_providers"])
        skin = self.settings["skin"]
        return {"selected_idp": known, **({"skin": skin} if skin else {})}

    def subject(self, info: Mapping[str, Any]) -> str:
        """CILogon's own number of a person at an identity provider."""
        return identifier(info, "sub")

    def claims(self, info: Mapping[str, Any]) -> Claims:
        """Logins and e-mail addresses count within the domains of the identity provider."""
        part = self._identity_provider(info)
        domains = frozenset(domain.casefold() for domain in part["email_domains"] or ())
        email, login = text(info, "email"), text(info, part["login_claim"])
        is_hers = "@" not in login or _is_within(login, domains)
        return Claims(
            login=login if is_hers else "",
            nickname=login,
            display_name=text(info, "name"),
            email=email or None,
            is_email_verified=_is_within(email, domains),
            groups=groups(info.get("isMemberOf")),
            identity_provider=part["id"],
        )

    def _identity_provider(self, info: Mapping[str, Any]) -> Mapping[str, Any]:
        told = info.get("idp")
        for part in self.settings["identity_providers"]:
            if part["id"] == told:
                return part
        raise SignInRefusedError(f"the identity provider {told!r} is not in the communities file")


def _is_within(address: str, domains: frozenset[str]) -> bool:
    return is_domain_among(address.rpartition("@")[2].casefold(), domains)
