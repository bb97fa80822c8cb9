"""What the store holds of maintenances."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.maintenance import Maintenance, Pause


class Maintenances(Protocol):
    """When the hub, or one community of it, pauses."""

    def current(self, now: datetime) -> Sequence[Maintenance]:
        """What is announced or on, the oldest first."""

    def get(self, maintenance_id: int) -> Maintenance | None:
        """One of this hub's, whatever became of it."""

    def add(self, pause: Pause, actor: str, now: datetime) -> Maintenance:
        """A new one."""

    def end(self, maintenance_id: int, actor: str, now: datetime) -> bool:
        """Somebody ends it; False when somebody had before."""
