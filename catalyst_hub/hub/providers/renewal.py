"""Asks providers again about people who are signed in: what they say changes."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from catalyst_hub.hub.providers.problems import (
    ProviderUnavailableError,
    RevokedError,
    SignInRefusedError,
)
from catalyst_hub.hub.providers.sign_in import SignIn

if TYPE_CHECKING:
    # It needs the extra oauth, which a hub with other providers does without.
    from catalyst_hub.hub.providers.oauth import OAuthProvider

#: How often a provider is asked about one person, while she or her servers are active.
INTERVAL = timedelta(minutes=5)


class Renewals:
    """When whom was asked about. A provider that is away changes nothing for anybody."""

    def __init__(self, log: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._log = log
        self._asked_at: dict[str, datetime] = {}
        self._revoked: set[str] = set()

    def signed_in(self, name: str, now: datetime) -> None:
        """Her provider has just spoken."""
        self._asked_at[name] = now
        self._revoked.discard(name)

    def revoke(self, name: str) -> None:
        """She has to sign in again."""
        self._revoked.add(name)

    async def renew(
        self, user: Any, providers: Mapping[str, OAuthProvider], now: datetime
    ) -> SignIn | None:
        """What her provider says now; None: nothing new is known.

        Raises :class:`RevokedError` when she has to sign in again, and until she has.
        """
        if user.name in self._revoked:
            raise RevokedError("so it was said before")
        if not providers or not self._is_due(user.name, now):
            return None
        # Before any wait: a refresh token that is shown twice is taken for a stolen one.
        self._asked_at[user.name] = now
        auth_state = await user.get_auth_state() or {}
        provider = providers.get(auth_state.get("catalyst", {}).get("provider"))
        if provider is None or not provider.breaker.may_ask(now):
            return None
        return await self._ask(provider, user.name, auth_state, now)

    def _is_due(self, name: str, now: datetime) -> bool:
        asked_at = self._asked_at.get(name)
        return asked_at is None or asked_at + INTERVAL <= now

    async def _ask(
        self, provider: OAuthProvider, name: str, auth_state: Mapping[str, Any], now: datetime
    ) -> SignIn | None:
        try:
            came = await provider.renew(auth_state, now)
        except ProviderUnavailableError as error:
            self._log.warning("%s cannot be asked about %s: %s", provider.slug, name, error)
            if error.is_away:
                provider.breaker.failed(now, error.pause)
            elif error.pause:
                self._asked_at[name] = now + max(error.pause - INTERVAL, timedelta())
            return None
        except (RevokedError, SignInRefusedError) as error:
            provider.breaker.answered()
            self.revoke(name)
            self._log.warning("%s knows %s no longer: %s", provider.slug, name, error)
            raise RevokedError(str(error)) from error
        provider.breaker.answered()
        return came
