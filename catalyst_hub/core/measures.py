"""How a hub stands, in numbers: by community, never by person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from catalyst_hub.core.budget import Step
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.notice import Reason
from catalyst_hub.core.session import SessionState
from catalyst_hub.core.storage import Level
from catalyst_hub.core.window import Window

#: The window of a limit over the last so many days, as a label has it.
_ROLLING = "last_{days}_days"


@dataclass(frozen=True, slots=True)
class LimitMeasure:
    """A limit that a community shares. ``used`` and ``held`` are shares of it: 1 is all of it.

    ``window`` is a :class:`Window`, of a rolling one ``last_7_days``; ``profile`` is empty where
    all servers count.
    """

    unit: str
    window: str
    profile: str
    used: float
    held: float
    is_budget: bool = False


@dataclass(frozen=True, slots=True)
class CommunityMeasures:
    """One community. ``steps`` are those of its budget that are taken now; ``sessions`` by state,
    ``waiting`` people in its line, ``notices`` that its live servers have been given, by reason.
    Of its people's homes, as far as they were measured: ``stored_bytes`` together, and how many
    are how full."""

    limits: tuple[LimitMeasure, ...] = ()
    steps: frozenset[Step] = frozenset()
    sessions: Mapping[SessionState, int] = field(default_factory=dict)
    notices: Mapping[Reason, int] = field(default_factory=dict)
    waiting: int = 0
    is_paused: bool = False
    stored_bytes: int = 0
    homes: Mapping[Level, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HubMeasures:
    """All communities of the file by slug, and what is the hub's own.

    ``mails_failed`` are those of the last 30 days that were given up; ``heartbeats`` by process,
    without those that were never heard of, and ``patience``, after which silence each is taken for
    gone.
    """

    communities: Mapping[str, CommunityMeasures]
    mails_pending: int
    mails_failed: int
    heartbeats: Mapping[str, datetime]
    patience: Mapping[str, timedelta]


def limit_measure(allowance: Allowance) -> LimitMeasure | None:
    """A limit as shares; None for one of nothing, of which there are no shares."""
    if allowance.limit <= 0:
        return None
    rolling = _ROLLING.format(days=allowance.days)
    return LimitMeasure(
        allowance.unit.value,
        rolling if allowance.window is Window.ROLLING else allowance.window.value,
        allowance.profile or "",
        allowance.used / allowance.limit,
        allowance.held / allowance.limit,
        allowance.is_budget,
    )
