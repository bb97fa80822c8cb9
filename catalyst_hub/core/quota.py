"""Quotas: numbers that must not be passed, for a community or for each of its people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.resources import AT_ONCE, Resources, Unit, Usage, usage_after
from catalyst_hub.core.session import LiveSession, all_used_between
from catalyst_hub.core.window import Period, Window, period_at

#: How many servers there are of each size: limits and rate per hour.
_Sizes = Counter[tuple[Resources, int]]


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
    limits: Sequence[Limit],
    snapshot: UsageSnapshot,
    person_id: int,
    zone: str,
    now: datetime,
    hold_ms: int,
) -> tuple[Allowance, ...]:
    """Where every limit stands for one person now; ``hold_ms`` is set aside for each server."""
    current = periods(limits, zone, now)
    live = {
        LimitScope.COMMUNITY: snapshot.live,
        LimitScope.PERSON: [s for s in snapshot.live if s.person_id == person_id],
    }
    # Summed once for each scope and window, not for each limit: a start waits for this.
    used = {
        (scope, window): _used(snapshot, live[scope], (scope, window), current[window], now)
        for scope, window in {(limit.scope, limit.window) for limit in limits}
        if window in current
    }
    sizes = {scope: _sizes(sessions) for scope, sessions in live.items()}
    held = {scope: _held(sizes[scope], hold_ms) for scope in {scope for scope, _ in used}}
    return tuple(
        _at_once(limit, sizes[limit.scope])
        if limit.window is Window.AT_ONCE
        else _over_time(
            limit,
            used[limit.scope, limit.window],
            held[limit.scope],
            current[limit.window].ends_at,
        )
        for limit in limits
    )


def _sizes(live: Sequence[LiveSession]) -> _Sizes:
    """Hundreds of servers come in a few sizes, and each needs to be looked at only once."""
    return Counter((session.resources, session.rate_micros) for session in live)


def _at_once(limit: Limit, sizes: _Sizes) -> Allowance:
    used = sum(size.at_once(limit.unit) * number for (size, _), number in sizes.items())
    return Allowance(limit.scope, limit.unit, limit.window, limit.amount, used)


def _over_time(limit: Limit, used: Usage, held: Usage, resets_at: datetime) -> Allowance:
    return Allowance(
        limit.scope,
        limit.unit,
        limit.window,
        limit.amount,
        used=used.over_time(limit.unit),
        held=held.over_time(limit.unit),
        resets_at=resets_at,
        is_budget=limit.is_budget,
    )


def _used(
    snapshot: UsageSnapshot,
    live: Sequence[LiveSession],
    key: tuple[LimitScope, Window],
    period: Period,
    now: datetime,
) -> Usage:
    return snapshot.ended.get(key, Usage()) + all_used_between(live, period.starts_at, now)


def _held(sizes: _Sizes, hold_ms: int) -> Usage:
    holds = (usage_after(*size, hold_ms) * number for size, number in sizes.items())
    return sum(holds, Usage())


def hold(resources: Resources, rate_micros: int, unit: Unit, hold_ms: int) -> int:
    """What is set aside of a limit over time for one server, as long as it lives."""
    return usage_after(resources, rate_micros, hold_ms).over_time(unit)


def asked_of(limit: Allowance, resources: Resources, rate_micros: int, hold_ms: int) -> int:
    """What one more server of these sizes takes of a limit when it starts."""
    if limit.unit in AT_ONCE:
        return resources.at_once(limit.unit)
    return hold(resources, rate_micros, limit.unit, hold_ms)


def tightest_refusal(
    current: Sequence[Allowance], resources: Resources, rate_micros: int, hold_ms: int
) -> tuple[Allowance, int] | None:
    """The limit that refuses one more server, and what it would have taken; None: it fits.

    Of several, the one that lasts longest is named: what resets last decides when to come back.
    A limit of which the server takes nothing (a GPU limit, a free profile) never refuses it.
    """
    refusals = [
        (limit, asked)
        for limit in current
        if 0 < (asked := asked_of(limit, resources, rate_micros, hold_ms)) > limit.left
    ]
    return max(refusals, key=_severity, default=None)


def _severity(refusal: tuple[Allowance, int]) -> tuple[bool, float]:
    resets_at = refusal[0].resets_at
    return resets_at is not None, resets_at.timestamp() if resets_at else 0.0
