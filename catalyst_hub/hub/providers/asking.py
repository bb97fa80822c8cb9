"""Questions to a provider, and what its silence or refusal means."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from oauthenticator.oauth2 import OAuthenticator
from tornado.httpclient import HTTPClientError

from catalyst_hub.hub.providers.problems import ProviderUnavailableError, RevokedError


async def user_info(oauth: OAuthenticator, tokens: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider says of the person whose tokens these are.

    Raises :class:`RevokedError` when it takes the token no longer (401), and
    :class:`ProviderUnavailableError` for everything else: of a 403 or 404 nobody can tell whether
    it is about the person, about too many questions, or about the address.
    """
    try:
        answer = await oauth.token_to_user(tokens["token_response"])
    except HTTPClientError as error:
        raise _meaning(error) from error
    except (OSError, ValueError) as error:
        raise ProviderUnavailableError(str(error)) from error
    if not isinstance(answer, dict):
        raise ProviderUnavailableError("the answer is no map")
    return answer


def _meaning(error: HTTPClientError) -> Exception:
    if error.code == HTTPStatus.UNAUTHORIZED:
        return RevokedError(str(error))
    return ProviderUnavailableError(str(error))
