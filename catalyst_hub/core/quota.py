"""Quotas: numbers that must not be passed, for a community or for each of its people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.resources import AT_ONCE, Resources, Unit, Usage, usage_after
from catalyst_hub.core.session import LiveSession, used_between
from catalyst_hub.core.window import Period, Window, period_at

#: A start is admitted only when this much time fits under every limit: the notice before a stop,
#: the time between two looks, and the stop itself are paid before the server runs.
HOLD_MS = 15 * 60_000


@dataclass(frozen=True, slots=True)
class Limit:
    """One number: at most ``amount`` (canonical integer of ``unit``) per ``window`` and scope."""

    scope: LimitScope
    unit: Unit
    window: Window
    amount: int
    is_budget: bool = False


@dataclass(frozen=True, slots=True)
class UsageSnapshot:
    """What admission reads, under the community's lock, in canonical integers.

    ``ended`` holds closed sessions' use of each window by scope; ``live`` every reserved or
    running session of the community.
    """

    ended: dict[tuple[LimitScope, Window], Usage]
    live: Sequence[LiveSession]


def periods(limits: Iterable[Limit], zone: str, now: datetime) -> dict[Window, Period]:
    """The current period of every calendar window that some limit uses."""
    windows = {limit.window for limit in limits} - {Window.AT_ONCE}
    return {window: period_at(window, zone, now) for window in sorted(windows)}


def allowances(
    limits: Sequence[Limit], snapshot: UsageSnapshot, person_id: int, zone: str, now: datetime
) -> tuple[Allowance, ...]:
    """Where every limit stands for one person now."""
    current = periods(limits, zone, now)
    return tuple(_allowance(limit, snapshot, person_id, current, now) for limit in limits)


def _allowance(
    limit: Limit,
    snapshot: UsageSnapshot,
    person_id: int,
    current: dict[Window, Period],
    now: datetime,
) -> Allowance:
    everybody = limit.scope is LimitScope.COMMUNITY
    live = [s for s in snapshot.live if everybody or s.person_id == person_id]
    if limit.window is Window.AT_ONCE:
        used = sum(session.resources.at_once(limit.unit) for session in live)
        return Allowance(limit.scope, limit.unit, limit.window, limit.amount, used)
    period = current[limit.window]
    ended = snapshot.ended.get((limit.scope, limit.window), Usage())
    accrued = (used_between(s, period.starts_at, now).over_time(limit.unit) for s in live)
    return Allowance(
        limit.scope,
        limit.unit,
        limit.window,
        limit.amount,
        used=ended.over_time(limit.unit) + sum(accrued),
        held=sum(hold(s.resources, s.rate_micros, limit.unit) for s in live),
        resets_at=period.ends_at,
        is_budget=limit.is_budget,
    )


def hold(resources: Resources, rate_micros: int, unit: Unit) -> int:
    """What is set aside of a limit over time for one server, as long as it lives."""
    return usage_after(resources, rate_micros, HOLD_MS).over_time(unit)


def asked_of(limit: Allowance, resources: Resources, rate_micros: int) -> int:
    """What one more server of these sizes takes of a limit when it starts."""
    if limit.unit in AT_ONCE:
        return resources.at_once(limit.unit)
    return hold(resources, rate_micros, limit.unit)


def tightest_refusal(
    current: Sequence[Allowance], resources: Resources, rate_micros: int
) -> tuple[Allowance, int] | None:
    """The limit that refuses one more server, and what it would have taken; None: it fits.

    Of several, the one that lasts longest is named: what resets last decides when to come back.
    A limit of which the server takes nothing (a GPU limit, a free profile) never refuses it.
    """
    refusals = [
        (limit, asked)
        for limit in current
        if 0 < (asked := asked_of(limit, resources, rate_micros)) > limit.left
    ]
    return max(refusals, key=_severity, default=None)


def _severity(refusal: tuple[Allowance, int]) -> tuple[bool, float]:
    resets_at = refusal[0].resets_at
    return resets_at is not None, resets_at.timestamp() if resets_at else 0.0
