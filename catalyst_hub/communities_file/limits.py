"""Quotas, budget and culling of a community, and quotas that make little sense together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import (
    AtOncePart,
    CullingPart,
    OverTimePart,
    QuotasPart,
)
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.purse import Purse
from catalyst_hub.core.community import Culling
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.profile import Profile
from catalyst_hub.core.quantity import Money
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window

#: How the file calls the windows.
_KEYS = {
    Window.AT_ONCE: "at_once",
    Window.DAY: "per_day",
    Window.WEEK: "per_week",
    Window.MONTH: "per_month",
}


def limits_of(quotas: QuotasPart | None, purse: Purse, path: Path) -> tuple[Limit, ...]:
    """All limits that are written and not null."""
    return tuple(
        Limit(scope, unit, window, amount)
        for scope in LimitScope
        for window, key in _KEYS.items()
        for unit, amount in _amounts(quotas, scope, key, purse, path)
    )


def _amounts(
    quotas: QuotasPart | None, scope: LimitScope, key: str, purse: Purse, path: Path
) -> Iterator[tuple[Unit, int]]:
    scoped = getattr(quotas, scope.value, None)
    part: AtOncePart | OverTimePart | None = getattr(scoped, key, None)
    for name, written in part or ():
        if isinstance(written, Money):
            yield Unit(name), purse.micros(written, (*path, scope.value, key, name))
        elif written is not None:
            yield Unit(name), written


def culling_of(part: CullingPart | None, *, is_said: bool) -> Culling:
    """When servers are stopped; an explicit null: never."""
    if part is not None:
        return Culling(part.idle, part.max_age)
    return Culling(None, None) if is_said else Culling()


def warn_of_limits(
    limits: Iterable[Limit], profiles: Iterable[Profile], path: Path, findings: Findings
) -> None:
    """Sizes that can never start, and limits that can never be met."""
    together = {(x.unit, x.window): x.amount for x in limits if x.scope is LimitScope.COMMUNITY}
    for limit in limits:
        where = (*path, "quotas", limit.scope.value, _KEYS[limit.window], limit.unit.value)
        if limit.window is Window.AT_ONCE:
            _warn_of_sizes(limit, profiles, where, findings)
        whole = together.get((limit.unit, limit.window), limit.amount)
        if limit.scope is LimitScope.PERSON and limit.amount > whole:
            what = "one person may have more than all together"
            do = "lower it, or raise the community's"
            findings.warn(where, what, "at most the community's limit", do)


def _warn_of_sizes(
    limit: Limit, profiles: Iterable[Profile], where: Path, findings: Findings
) -> None:
    too_large = [
        f"{profile.slug}/{size.slug}"
        for profile in profiles
        for size in profile.sizes
        if size.limits.at_once(limit.unit) > limit.amount
    ]
    if too_large:
        what = f"too little for {', '.join(too_large)}, which can never start"
        findings.warn(where, what, "room for one server", "raise it, or remove these sizes")
