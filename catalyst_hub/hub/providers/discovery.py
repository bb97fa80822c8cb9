"""Where an OpenID Connect provider says its addresses are (OpenID Connect Discovery 1.0)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oauthenticator.oauth2 import OAuthenticator
from tornado.httpclient import HTTPClientError

from catalyst_hub.hub.providers.problems import ProviderUnavailableError


@dataclass(frozen=True, slots=True)
class Endpoints:
    """``is_basic``: it takes our secret in a header, as is usual, rather than in the body."""

    authorize_url: str
    token_url: str
    userinfo_url: str
    is_basic: bool


async def discover(oauth: OAuthenticator, issuer: str) -> Endpoints:
    """The addresses of an issuer. Raises :class:`ProviderUnavailableError`, also when what
    answers calls itself otherwise, or sends people over an unprotected line."""
    address = f"{issuer}/.well-known/openid-configuration"
    try:
        found = await oauth.httpfetch(address, "looking up the provider", method="GET")
        return _endpoints(found, issuer)
    except (HTTPClientError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ProviderUnavailableError(f"{address}: {error}") from error


def _endpoints(found: dict[str, Any], issuer: str) -> Endpoints:
    if found["issuer"].rstrip("/") != issuer:
        raise ValueError(f"it calls itself {found['issuer']!r}")
    names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint")
    addresses = [str(found[name]) for name in names]
    for address in addresses:
        if issuer.startswith("https:") and not address.startswith("https:"):
            raise ValueError(f"{address!r} is not protected")
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    authorize_url, token_url, userinfo_url = addresses
    return Endpoints(authorize_url, token_url, userinfo_url, "client_secret_basic" in ways)
