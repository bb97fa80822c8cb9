"""What is set aside of a community's budget for its workshops, and is not there for others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalyst_hub.core.live import LiveGroup
from catalyst_hub.core.resources import usage_after


@dataclass(frozen=True, slots=True)
class Carving:
    """The budget of a workshop that takes place and is not over, in micro-units, and what sessions
    of it that have ended cost."""

    workshop_id: int
    first_on: date
    budget_micros: int
    ended_micros: int

    def spent(self, live: Iterable[LiveGroup], now_ms: int, hold_ms: int) -> int:
        """What has been spent of it, and is held for servers that run."""
        own = [group for group in live if group.workshop_id == self.workshop_id]
        used = sum(group.used_by(now_ms).micros for group in own)
        held = sum(
            usage_after(group.resources, group.rate_micros, hold_ms).micros * group.number
            for group in own
        )
        return self.ended_micros + used + held


@dataclass(frozen=True, slots=True)
class Credit:
    """What somebody may spend of a budget, in micro-units, when so much is ``set_aside`` for
    workshops of others."""

    micros: int = 0
    set_aside: int = 0

    def without(self, kept: int) -> Credit:
        """The same, when so much is kept of it; never below what there is."""
        kept = min(kept, max(0, self.micros))
        return Credit(self.micros - kept, self.set_aside + kept)


def carved_out(
    carvings: Iterable[Carving],
    live: Iterable[LiveGroup],
    now_ms: int,
    hold_ms: int,
    *,
    for_workshop: int | None = None,
) -> int:
    """How much of what is set aside is not spent yet: others find it gone. For the people of one
    workshop, what is set aside for the others."""
    live = tuple(live)
    return sum(
        max(0, carving.budget_micros - carving.spent(live, now_ms, hold_ms))
        for carving in carvings
        if carving.workshop_id != for_workshop
    )
