"""Quotas that make little sense together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.quotas import KEYS, place_of
from catalyst_hub.core.account import Account
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import Limit, taken_of
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window

#: How many days a window has at most.
_DAYS = {Window.WEEK: 7, Window.MONTH: 31}
_GPU = (Unit.GPU, Unit.GPU_HOURS)


def warn_of_limits(community: Community, hold_ms: int, path: Path, findings: Findings) -> None:
    """Sizes that can never start, and limits that can never be met."""
    known = {(limit.account, limit.unit): limit for limit in community.limits}
    for limit in community.limits:
        profiles = [p for p in community.profiles if limit.profile in (None, p.slug)]
        where = place_of(limit, path)
        _warn_of_sizes(limit, profiles, hold_ms, where, findings)
        for what, do in (*_never_met(limit, known), *_without_gpu(limit, profiles)):
            findings.warn(where, what, "a limit that can be met", do)


def _warn_of_sizes(
    limit: Limit, profiles: Iterable[Profile], hold_ms: int, where: Path, findings: Findings
) -> None:
    def is_too_large(size: Size) -> bool:
        return taken_of(limit.unit, size.limits, size.rate_micros, hold_ms) > limit.amount

    too_large = [
        f"{p.slug}/{size.slug}" for p in profiles for size in p.sizes if is_too_large(size)
    ]
    if too_large:
        what = f"too little for {', '.join(too_large)}, which can never start"
        findings.warn(where, what, "room for one server", "raise it, or remove these sizes")


def _never_met(limit: Limit, known: dict[tuple[Account, Unit], Limit]) -> Iterator[tuple[str, str]]:
    """What is larger than another limit that counts at least the same."""
    account = limit.account

    def is_more_than(wider: Account, times: int = 1) -> bool:
        other = known.get((wider, limit.unit))
        return other is not None and limit.amount > other.amount * times

    whole = replace(account, scope=LimitScope.COMMUNITY)
    if limit.scope is LimitScope.PERSON and is_more_than(whole):
        yield "one person may have more than all together", "lower it, or raise the community's"
    if limit.scope is LimitScope.WORKSHOP and is_more_than(whole):
        what = "one workshop may have more than its community"
        yield what, "lower it, or raise the community's"
    if limit.profile is not None and is_more_than(replace(account, profile=None)):
        what = "this profile may have more than all profiles together"
        yield what, "lower it, or raise the limit of all profiles"
    days = limit.days or _DAYS.get(limit.window, 0)
    daily = replace(account, window=Window.DAY, days=0)
    if days and is_more_than(daily, days):
        what = f"{days} days of the limit {KEYS[Window.DAY]} are less, so this is never met"
        yield what, "lower it, or remove it"


def _without_gpu(limit: Limit, profiles: Sequence[Profile]) -> Iterator[tuple[str, str]]:
    """Of a profile alone: a community's may be there for profiles that are yet to come."""
    if limit.unit not in _GPU or limit.profile is None:
        return
    if not any(size.limits.gpu for profile in profiles for size in profile.sizes):
        yield "no size of this profile has a GPU, so this is never met", "remove it"
