"""Authenticators of oauthenticator that nothing but the communities file configures."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from oauthenticator.oauth2 import OAuthenticator
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from traitlets.config import Config

#: What environment variables decide otherwise, each of them for every provider at once.
_NEUTRAL: dict[str, Any] = {
    "basic_auth": False,
    "logout_redirect_url": "",
    "userdata_token_method": "header",
    "validate_server_cert": True,
}
#: Seconds; more than a provider takes, for a hub that several hundred people come to at once may
#: look at an answer late. No redirects: a token goes where it was meant to go, and nowhere else.
_REQUEST = {"connect_timeout": 10, "request_timeout": 15, "follow_redirects": False}
#: How many people one provider may be asked about at a time; the rest wait their turn.
_AT_ONCE = 50
#: Seconds after which nobody waits for a turn any longer: those before get no answers.
_LONGEST_WAIT_S = 60


class _InTurn:
    """Tornado's own queue would count the wait for a turn as time to connect: of 300 people who
    sign in at once, some would hear that the provider is away."""

    def __init__(self) -> None:
        self._client = AsyncHTTPClient(force_instance=True, max_clients=_AT_ONCE)
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, request: HTTPRequest, **options: Any) -> HTTPResponse:
        """As AsyncHTTPClient does. Raises TimeoutError, too, when there is no turn."""
        async with asyncio.timeout(_LONGEST_WAIT_S):
            await self._turns.acquire()
        try:
            return await self._client.fetch(request, **options)
        finally:
            self._turns.release()


def isolated(
    kind: type[OAuthenticator], log: logging.Logger | logging.LoggerAdapter[Any], **traits: Any
) -> OAuthenticator:
    """One that asks the provider, and decides nothing: who may come in, under which name and
    with which power is ours to say.

    It has no parent and a configuration of its own, which is empty: ``c.Authenticator.admin_users``
    would otherwise name people of every provider.
    """
    return kind(
        config=Config(),
        log=log,
        http_client=_InTurn(),
        http_request_kwargs=_REQUEST,
        **(_NEUTRAL | traits),
    )
