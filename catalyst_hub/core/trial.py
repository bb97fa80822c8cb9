"""What a limit would have done to a time that is past: whom it would have stopped, on which days.

Whoever is stopped uses nothing more, so what she used in truth after that does not count: a trial
replays the past with the limit in force, from the beginning of the window on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Resources, Usage
from catalyst_hub.core.window import CALENDAR, Window, local_day, period_at

_EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """What somebody used on a day, in servers of one profile."""

    who: str
    day: date
    profile: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Run:
    """A server from its reservation to its end."""

    who: str
    profile: str
    resources: Resources
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Trial:
    """What a limit would have done on the days ``[first_on, next_on)``.

    ``people`` used something on them; ``stopped`` are the days on which somebody could not have
    used what she did.
    """

    limit: Limit
    first_on: date
    next_on: date
    people: int
    stopped: Mapping[str, tuple[date, ...]]


def can_be_tried(limit: Limit) -> bool:
    """Whether the past tells: which workshop somebody attended is not in the sums by day."""
    return not limit.account.is_of_workshop


def reads_from(limit: Limit, first_on: date) -> date | None:
    """The first day of the window in which ``first_on`` lies; None: all there is."""
    match limit.window:
        case Window.ROLLING:
            return first_on - timedelta(days=max(limit.days, 1) - 1)
        case Window.TOTAL:
            return limit.since_on
        case window if window in CALENDAR:
            noon = datetime.combine(first_on, time(12), tzinfo=UTC)
            return period_at(window, "UTC", noon).first_on
    return first_on


def over_time(limit: Limit, uses: Iterable[DayOfUse]) -> Mapping[str, frozenset[date]]:
    """Whom a limit over time would have stopped, on which days. The day on which a shared limit is
    reached counts for everybody who used something on it."""
    by_owner: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for use in uses:
        amount = use.usage.over_time(limit.unit)
        if amount > 0 and limit.profile in (None, use.profile):
            people = by_owner[_owner(limit, use.who)][use.day]
            people[use.who] = people.get(use.who, 0) + amount
    stopped: dict[str, set[date]] = defaultdict(set)
    for days in by_owner.values():
        for day in _days_cut_short(limit, days):
            for who in days[day]:
                stopped[who].add(day)
    return {who: frozenset(days) for who, days in stopped.items()}


def _owner(limit: Limit, who: str) -> str:
    return who if limit.scope is LimitScope.PERSON else _EVERYBODY


def _days_cut_short(limit: Limit, days: Mapping[date, Mapping[str, int]]) -> Collection[date]:
    """The days on which there was less left than was used."""
    allowed: dict[date, int] = {}
    short = []
    for day in sorted(days):
        since = reads_from(limit, day) or date.min
        if day < since:
            continue
        before = sum(amount for on, amount in allowed.items() if on >= since)
        used = sum(days[day].values())
        allowed[day] = min(used, max(0, limit.amount - before))
        if allowed[day] < used:
            short.append(day)
    return short


def at_once(limit: Limit, runs: Sequence[Run], zone: str) -> Mapping[str, frozenset[date]]:
    """Whom a limit at once would have refused a start, on which days."""
    alive: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    stopped: dict[str, set[date]] = defaultdict(set)
    for run in sorted(runs, key=lambda run: run.starts_at):
        size = run.resources.at_once(limit.unit)
        if size <= 0 or limit.profile not in (None, run.profile):
            continue
        owner = _owner(limit, run.who)
        alive[owner] = [one for one in alive[owner] if one[0] > run.starts_at]
        if size + sum(taken for _, taken in alive[owner]) > limit.amount:
            stopped[run.who].add(local_day(run.starts_at, zone))
        else:
            alive[owner].append((run.ends_at, size))
    return {who: frozenset(days) for who, days in stopped.items()}


def trial(
    limit: Limit,
    days: tuple[date, date],
    users: Collection[str],
    stopped: Mapping[str, Collection[date]],
) -> Trial:
    """The outcome, as far as it is about these days."""
    first_on, next_on = days
    within = {
        who: tuple(sorted(day for day in its if first_on <= day < next_on))
        for who, its in stopped.items()
    }
    found = {who: its for who, its in sorted(within.items()) if its}
    return Trial(limit, first_on, next_on, len(users), found)
