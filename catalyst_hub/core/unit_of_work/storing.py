"""What the store holds of homes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from catalyst_hub.core.storage import HomeSize, StorageUse


class StorageUses(Protocol):
    """How full people's homes are."""

    def owners(self) -> Mapping[str, int]:
        """Everybody of this hub who may have a home: ids by hub name."""

    def of(self, person_ids: Collection[int]) -> Mapping[int, StorageUse]:
        """What was measured last, of those of whom anything was."""

    def measured(self) -> Mapping[int, StorageUse]:
        """The same of everybody."""

    def record(self, person_id: int, size: HomeSize, now: datetime) -> None:
        """What was measured now; whether she was warned stays as it is."""

    def set_warned(self, person_id: int, at: datetime | None) -> None:
        """She was warned then; None: the next warning is a new one."""
