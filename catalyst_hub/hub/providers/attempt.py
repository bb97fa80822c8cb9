"""One person's way to one provider and back, bound to her browser and to that provider.

What comes back is believed only with the cookie that was set on the way there. Each provider has
a cookie of its own, sent to its own callback address only, and the provider's name is also inside
of it and inside of ``state``: an answer to one provider is never taken for that of another (the
mix-up of RFC 9700, 4.4).
"""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Self

#: Time enough for a slow line and a second factor.
LIFETIME = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Attempt:
    """``next_url`` is where she wanted to go, checked; empty: nowhere in particular.

    ``links`` is the browser (see ``browser_of``) of somebody who is signed in and wants to add
    this way to hers; empty: it is a sign-in. The one is never taken for the other.
    """

    provider: str
    state: str
    code_verifier: str
    next_url: str = ""
    links: str = ""

    @classmethod
    def begin(cls, provider: str, next_url: str = "", links: str = "") -> Self:
        """A new attempt; nobody can guess its secrets."""
        state = f"{provider}.{token_urlsafe(32)}"
        return cls(provider, state, token_urlsafe(48), next_url, links)

    @classmethod
    def from_cookie(cls, text: str) -> Self | None:
        """What :meth:`to_cookie` made; None for anything else."""
        try:
            return cls(**json.loads(text))
        except (TypeError, ValueError):
            return None

    def to_cookie(self) -> str:
        """As the browser keeps it; the Hub signs it."""
        return json.dumps(asdict(self))

    @property
    def code_challenge(self) -> str:
        """What PKCE shows the provider of the verifier."""
        digest = sha256(self.code_verifier.encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def is_answered_by(self, provider: str, state: str) -> bool:
        """Whether this provider's answer with this state belongs to it."""
        is_same = hmac.compare_digest(self.state.encode(), state.encode())
        return is_same and self.provider == provider


def cookie_name(provider: str) -> str:
    """The name of a provider's cookie."""
    return f"catalyst-sign-in-{provider}"


class Answered:
    """The states that have come back already. A browser drops its cookie then; this one process
    remembers them, too, for whoever kept a copy."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def take(self, state: str, now: datetime) -> bool:
        """Whether the state comes back for the first time."""
        for old in [known for known, until in self._until.items() if until < now]:
            del self._until[old]
        is_new = state not in self._until
        self._until.setdefault(state, now + LIFETIME)
        return is_new
