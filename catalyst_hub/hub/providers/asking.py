"""Questions to a provider, and what its silence or refusal means."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlsplit

from jwt import PyJWTError
from oauthenticator.oauth2 import OAuthenticator
from tornado.escape import json_decode
from tornado.httpclient import HTTPClientError, HTTPResponse
from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError

from catalyst_hub.hub.providers.problems import ProviderUnavailableError, RevokedError

T = TypeVar("T")

_NEXT = re.compile(r'<([^>]+)>[^,]*;\s*rel="?next"?')
#: More pages than anybody's groups fill: 100 entries each.
_MOST_PAGES = 50
_LONGEST_PAUSE = timedelta(hours=1)


async def user_info(oauth: OAuthenticator, tokens: Mapping[str, Any]) -> dict[str, Any]:
    """What the provider says of the person whose tokens these are.

    Raises :class:`RevokedError` when it takes the token no longer (401), and
    :class:`ProviderUnavailableError` for everything else: of a 403 or 404 nobody can tell whether
    it is about the person, about too many questions, or about the address.
    """
    answer = await _answer(oauth.token_to_user(tokens["token_response"]))
    if not isinstance(answer, dict):
        raise ProviderUnavailableError("the answer is no map", is_away=False)
    return answer


async def every_page(
    oauth: OAuthenticator, url: str, token: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """All entries of a list that comes in pages, each with a link to the next.

    Raises like :func:`user_info`. A page elsewhere is none: the token is not for others.
    """
    entries: list[dict[str, Any]] = []
    headers = oauth.build_userdata_request_headers(token["access_token"], token["token_type"])
    origin, pages = urlsplit(url)[:2], 0
    while url:
        pages += 1
        if pages > _MOST_PAGES or urlsplit(url)[:2] != origin:
            raise ProviderUnavailableError("its list has no end", is_away=False)
        response = await _answer(
            oauth.httpfetch(url, "asking for a list", parse_json=False, headers=headers)
        )
        entries += _entries(response)
        following = _NEXT.search(response.headers.get("Link", ""))
        url = following[1] if following else ""
    return entries


def _entries(response: HTTPResponse) -> list[dict[str, Any]]:
    try:
        found = json_decode(response.body)
    except ValueError as error:
        raise ProviderUnavailableError(str(error)) from error
    if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
        return found
    raise ProviderUnavailableError("the answer is no list", is_away=False)


async def _answer(question: Awaitable[T]) -> T:
    try:
        return await question
    except HTTPClientError as error:
        raise _meaning(error) from error
    except (OSError, ValueError, KeyError, PyJWTError, HTTPError) as error:
        raise ProviderUnavailableError(str(error)) from error


def _meaning(error: HTTPClientError) -> Exception:
    if error.code == HTTPStatus.UNAUTHORIZED:
        return RevokedError(str(error))
    headers = error.response.headers if error.response else HTTPHeaders()
    is_away = error.code >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ProviderUnavailableError(str(error), is_away=is_away, pause=_pause(headers))


def _pause(headers: HTTPHeaders) -> timedelta | None:
    """What is asked for by ``Retry-After`` in seconds, or by GitHub's headers of its limits."""
    try:
        if "Retry-After" in headers:
            pause = timedelta(seconds=int(headers["Retry-After"]))
        elif headers.get("X-RateLimit-Remaining") == "0":
            ends_at = datetime.fromtimestamp(int(headers["X-RateLimit-Reset"]), UTC)
            pause = ends_at - datetime.now(UTC)
        else:
            return None
    except (ValueError, KeyError, OverflowError):
        return None
    return min(max(pause, timedelta()), _LONGEST_PAUSE)
