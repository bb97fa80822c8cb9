"""The budget: what a community may spend in a calendar window."""

from __future__ import annotations

from dataclasses import dataclass

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``micros`` of the community's currency per window."""

    micros: int
    window: Window = Window.MONTH

    def as_limit(self) -> Limit:
        """A budget is a limit on money that carries its own name."""
        return Limit(LimitScope.COMMUNITY, Unit.MONEY, self.window, self.micros, is_budget=True)
