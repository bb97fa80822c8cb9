"""Storage: how full a person's home is. A full home is told of, and never keeps anybody from
starting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from catalyst_hub.core.community import Community

#: A person is warned again only after her home has been this much emptier than the warning, in
#: percent of the limit: one that goes up and down by a file would send a mail each time.
_RELIEF = 5


class Level(StrEnum):
    """How full a home is. Labels of metrics: never rename."""

    FINE = "fine"
    WARNED = "warned"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class HomeSize:
    """What a source says of one home: bytes used, and the limit that the file system holds to;
    None: the source knows of none."""

    used_bytes: int
    limit_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class StorageUse:
    """What was measured last, and when its owner was warned of it, if she was."""

    size: HomeSize
    measured_at: datetime
    warned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """A home against its limit."""

    used_bytes: int
    limit_bytes: int
    warn_percent: int
    measured_at: datetime

    @property
    def percent(self) -> int:
        """How full it is, rounded down."""
        return 100 * self.used_bytes // self.limit_bytes

    @property
    def level(self) -> Level:
        """What that means."""
        if self.percent >= 100:
            return Level.FULL
        return Level.WARNED if self.percent >= self.warn_percent else Level.FINE

    @property
    def is_relieved(self) -> bool:
        """Whether it is so far below the warning that the next one is worth a new mail."""
        return self.percent < self.warn_percent - _RELIEF


def home_of(use: StorageUse | None, communities: Iterable[Community]) -> Home | None:
    """A person's home; None: it was not measured, or nothing limits it.

    Who belongs to several communities has the largest of their limits, for the home is one; what
    the file system itself holds to comes before all of them where it is less.
    """
    limits = [community.storage for community in communities if community.storage]
    if use is None:
        return None
    own = max(limits, key=lambda limit: limit.limit_bytes, default=None)
    known = [b for b in (own and own.limit_bytes, use.size.limit_bytes) if b]
    if not known:
        return None
    warn_percent = own.warn_percent if own else 80
    return Home(use.size.used_bytes, min(known), warn_percent, use.measured_at)
