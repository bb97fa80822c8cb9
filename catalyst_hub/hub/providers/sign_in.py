"""What every way to sign in ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalyst_hub.core.community import Claims, Identity


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who came, what the provider says of them, and the language it says they speak.

    ``tokens`` are what the provider gave the hub to ask again, if it did; see
    :mod:`catalyst_hub.hub.providers.tokens`.
    """

    identity: Identity
    claims: Claims
    language: str | None = None
    tokens: Mapping[str, object] | None = None

    @property
    def auth_state(self) -> dict[str, object]:
        """What the Hub keeps of it, encrypted. It names the provider, for no other one may ever
        see these tokens."""
        bound = {"provider": self.identity.provider, "subject": self.identity.subject}
        return {**(self.tokens or {}), "catalyst": bound}
