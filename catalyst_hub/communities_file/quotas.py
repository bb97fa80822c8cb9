"""Quotas of a community and of its profiles, as limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.part import Part
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.purse import Purse
from catalyst_hub.communities_file.quota_parts import QuotasPart, RollingPart
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quantity import Money
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window

#: How the file calls the windows.
KEYS: Mapping[Window, str] = {
    Window.AT_ONCE: "at_once",
    Window.DAY: "per_day",
    Window.WEEK: "per_week",
    Window.MONTH: "per_month",
    Window.ROLLING: "rolling",
    Window.WORKSHOP: "per_workshop",
    Window.TOTAL: "in_total",
}


def place_of(limit: Limit, community: Path) -> Path:
    """Where a limit of a community is written."""
    keys = limit.scope.value, KEYS[limit.window], limit.unit.value
    return (*_quotas(limit.profile, community), *keys)


def _quotas(profile: str | None, community: Path) -> Path:
    owner = community if profile is None else (*community, "profiles", profile)
    return (*owner, "quotas")


def limits_of(
    quotas: QuotasPart | None,
    profile: str | None,
    purse: Purse,
    community: Path,
    findings: Findings,
) -> tuple[Limit, ...]:
    """All limits that are written and not null: of a profile of the community, or its own."""
    if quotas is None:
        return ()
    where = _quotas(profile, community)
    found: list[Limit] = []
    for scope in LimitScope:
        of_scope = getattr(quotas, scope.value)
        for window, key in KEYS.items():
            part: Part | None = getattr(of_scope, key, None)
            if part is not None:
                blank = Limit(scope, Unit.SERVERS, window, 0, profile=profile)
                found += _limits(part, blank, purse, (*where, scope.value, key), findings)
    return tuple(found)


def _limits(
    part: Part, blank: Limit, purse: Purse, path: Path, findings: Findings
) -> Iterator[Limit]:
    """The limits of one map, which are like ``blank`` but for their unit and amount."""
    if isinstance(part, RollingPart):
        blank = replace(blank, days=_days(part, path, findings))
    for name, written in part:
        if name == "days" or written is None:
            continue
        amount = written
        if isinstance(written, Money):
            amount = purse.micros(written, (*path, name))
        yield replace(blank, unit=Unit(name), amount=amount)


def _days(part: RollingPart, path: Path, findings: Findings) -> int:
    if part.days is None:
        what, do = "nobody says how many days", "add days: 7 or another number"
        findings.refuse(path, what, "the key days", do, at_key=True)
    return part.days or 1
