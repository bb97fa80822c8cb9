"""What a person chose to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose; the first four are slugs.

    ``image`` is what she brought, where the profile lets her; empty otherwise. It is not kept.
    """

    community: str
    profile: str
    size: str
    interface: str
    image: str = ""

    def as_options(self) -> dict[str, Any]:
        """The Hub's ``user_options``."""
        return {
            "community": self.community,
            "profile": self.profile,
            "size": self.size,
            "interface": self.interface,
            **({"image": self.image} if self.image else {}),
        }
