"""Who came back from a provider in order to be linked, until she confirms it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from catalyst_hub.hub.providers.sign_in import SignIn

#: Time enough to read one page.
PATIENCE = timedelta(minutes=15)
#: More are in nobody's hands: the oldest makes room.
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class _Pending:
    browser: str
    came: SignIn
    until: datetime


class PendingLinks:
    """In this process only: whoever meets a restart begins anew.

    ``browser`` is what :func:`browser_of` says. What was kept for one opens in no other, and not
    after another person has signed in there.
    """

    def __init__(self) -> None:
        self._pending: dict[str, _Pending] = {}

    def keep(self, browser: str, came: SignIn, now: datetime) -> str:
        """Keep it, without its tokens; what is given back leads to it."""
        for reference in [key for key, kept in self._pending.items() if kept.until <= now]:
            del self._pending[reference]
        if len(self._pending) >= _MOST:
            del self._pending[next(iter(self._pending))]
        reference = token_urlsafe(16)
        self._pending[reference] = _Pending(browser, replace(came, tokens=None), now + PATIENCE)
        return reference

    def of(self, reference: str, browser: str, now: datetime) -> SignIn | None:
        """What was kept for this browser."""
        kept = self._pending.get(reference)
        is_there = kept is not None and kept.browser == browser and now < kept.until
        return kept.came if kept is not None and is_there else None

    def take(self, reference: str, browser: str, now: datetime) -> SignIn | None:
        """The same, for the last time."""
        came = self.of(reference, browser, now)
        if came is not None:
            del self._pending[reference]
        return came


def browser_of(handler: Any) -> str:
    """The person and the session of a request, as one word; empty: nobody is signed in."""
    user, session = handler.current_user, handler.get_session_cookie()
    return sha256(f"{session}\0{user.name}".encode()).hexdigest() if user and session else ""
