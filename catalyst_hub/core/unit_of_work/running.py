"""What the store holds of workshops that run themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.workshop import Workshop


class WorkshopSteps(Protocol):
    """What was done for workshops."""

    def unfinished(self) -> Sequence[tuple[Workshop, frozenset[str]]]:
        """Every workshop of this hub that is not closed yet, whatever became of it, and the names
        of the steps that were taken."""

    def done(self, workshop_id: int) -> frozenset[str]:
        """The names of the steps that were taken for one workshop."""

    def take(self, workshop_id: int, step: str, now: datetime) -> bool:
        """Note a step; False: it was taken before."""
