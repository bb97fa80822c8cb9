"""What a person chose to start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose; all four are slugs."""

    community: str
    profile: str
    size: str
    interface: str

    def as_options(self) -> dict[str, Any]:
        """The Hub's ``user_options``."""
        return {
            "community": self.community,
            "profile": self.profile,
            "size": self.size,
            "interface": self.interface,
        }
