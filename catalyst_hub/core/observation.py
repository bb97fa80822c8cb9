"""What the Hub says is there, as an observer saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalyst_hub.core.session import ServerKey

#: The heartbeat of whoever looks at the Hub's servers, in whichever process it runs.
OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class ObservedServer:
    """One server the Hub knows: ``ready``, or ``pending`` (spawn, stop or check)."""

    key: ServerKey
    is_ready: bool
    is_pending: bool
    started_at: datetime | None
    activity_at: datetime | None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HubObservation:
    """Every active server of one hub. ``taken_at`` is the instant *before* the Hub was asked:
    what the store learned after it is newer than the observation."""

    taken_at: datetime
    servers: Mapping[ServerKey, ObservedServer]
