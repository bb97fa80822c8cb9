"""What a provider answers when the hub shows it a code or a refresh token."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote_plus, urlencode

from oauthenticator.oauth2 import OAuthenticator
from tornado.escape import json_decode
from tornado.httpclient import HTTPClientError

from catalyst_hub.hub.providers.problems import ProviderUnavailableError, RevokedError

#: How RFC 6749, and GitHub in its own words, say that a code or refresh token is void.
_VOID = frozenset({"invalid_grant", "bad_verification_code", "bad_refresh_token"})
#: A token that ends within this time is taken for one that has ended.
_MARGIN = timedelta(seconds=30)


async def redeem(oauth: OAuthenticator, now: datetime, **grant: str) -> dict[str, Any]:
    """Tokens for a grant, as the Hub keeps them: ``access_token``, ``refresh_token``,
    ``expires_at`` (ISO text), and the whole ``token_response``; None where there is none.

    Raises :class:`RevokedError` when the grant is void, else
    :class:`ProviderUnavailableError`: a wrong secret of ours is nobody's revocation.
    """
    answer = await _ask(oauth, grant)
    error = answer.get("error")
    if error in _VOID:
        raise RevokedError(str(error))
    if error or not isinstance(answer.get("access_token"), str):
        raise ProviderUnavailableError(f"no token: {error or 'the answer holds none'}")
    answer.setdefault("token_type", "Bearer")
    answer.setdefault("refresh_token", grant.get("refresh_token"))
    return {
        "access_token": answer["access_token"],
        "refresh_token": answer["refresh_token"],
        "expires_at": _expiry(answer, now),
        "token_response": answer,
    }


async def _ask(oauth: OAuthenticator, grant: Mapping[str, str]) -> dict[str, Any]:
    own = {"client_id": oauth.client_id, "client_secret": oauth.client_secret}
    headers = oauth.build_token_info_request_headers()
    if oauth.basic_auth:
        headers["Authorization"] = _basic(oauth)
    try:
        answer = await oauth.httpfetch(
            oauth.token_url,
            "exchanging a grant for tokens",
            method="POST",
            headers=headers,
            body=urlencode({**grant, **({} if oauth.basic_auth else own)}),
        )
    except HTTPClientError as error:
        return _refusal(error)
    except (OSError, ValueError) as error:
        raise ProviderUnavailableError(str(error)) from error
    if not isinstance(answer, dict):
        raise ProviderUnavailableError("the answer is no map")
    return answer


def _basic(oauth: OAuthenticator) -> str:
    """As RFC 6749 has it: a colon or a percent sign in a secret would not survive otherwise."""
    pair = f"{quote_plus(oauth.client_id)}:{quote_plus(oauth.client_secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"


def _refusal(error: HTTPClientError) -> dict[str, Any]:
    """The body of an error, where it is one of OAuth's."""
    if error.response is not None and error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
        with suppress(ValueError):
            answer = json_decode(error.response.body)
            if isinstance(answer, dict) and answer.get("error"):
                return answer
    raise ProviderUnavailableError(str(error)) from error


def _expiry(answer: Mapping[str, Any], now: datetime) -> str | None:
    try:
        return (now + timedelta(seconds=int(answer["expires_in"]))).isoformat()
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def has_expired(tokens: Mapping[str, Any], now: datetime) -> bool:
    """Whether the access token has come to its natural end; False also when that is not known."""
    ends = tokens.get("expires_at")
    return bool(ends) and datetime.fromisoformat(str(ends)) - _MARGIN <= now
