"""What every way to sign in ends with."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.community import Claims, Identity


@dataclass(frozen=True, slots=True)
class SignIn:
    """Who came, what the provider says of them, and the language it says they speak."""

    identity: Identity
    claims: Claims
    language: str | None = None
