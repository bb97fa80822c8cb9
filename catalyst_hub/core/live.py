"""Live sessions as limits see them: hundreds of servers that come in a few kinds."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.resources import Resources, Usage, usage_of_all


@dataclass(frozen=True, slots=True)
class LiveGroup:
    """Reserved and running sessions of one size, profile and workshop.

    ``began_ms`` is when each of those that run began, in milliseconds since 1970; the others of
    this ``number`` are reserved. They are all ``person_id``'s; 0 is everybody whose sessions
    nobody has asked to be told apart.
    """

    person_id: int
    resources: Resources
    rate_micros: int
    number: int
    began_ms: tuple[int, ...]
    profile: str = ""
    workshop_id: int | None = None

    def used_by(self, at_ms: int) -> Usage:
        """What they had used together at an instant; nothing before they were running."""
        elapsed = [at_ms - began_ms for began_ms in self.began_ms if began_ms < at_ms]
        return usage_of_all(self.resources, self.rate_micros, elapsed)
