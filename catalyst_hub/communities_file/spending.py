"""Budgets of communities, and how limits are enforced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from catalyst_hub.communities_file.findings import Findings
from catalyst_hub.communities_file.models import BoundsPart
from catalyst_hub.communities_file.problem import Path
from catalyst_hub.communities_file.purse import Purse
from catalyst_hub.communities_file.spending_parts import BudgetPart, EnforcementPart, StepsPart
from catalyst_hub.communities_file.words import listed
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.budget import Budget, Steps
from catalyst_hub.core.enforcement import Enforcement
from catalyst_hub.core.profile import Profile
from catalyst_hub.core.quantity import Money, QuantityError, parse_money
from catalyst_hub.core.window import Window

#: Bounds that are written as money.
_TOP_UP, _WORKSHOP = "champions_may_top_up", "most_workshop_budget"


def budget_of(
    part: BudgetPart | None,
    purse: Purse,
    profiles: Iterable[Profile],
    path: Path,
    findings: Findings,
) -> Budget | None:
    """The budget; without an amount or credit there is none."""
    if part is None or (part.amount is None and part.credit is None):
        return None
    steps, above = _steps(part.steps), _above(part.above, purse, profiles, path, findings)
    if part.credit is None and part.amount is not None:
        micros = purse.micros(part.amount, (*path, "amount"))
        return Budget(micros, Window(part.per), bool(part.carry_over), steps, above)
    if part.amount is not None:
        what, expected = "this budget has an amount and prepaid credit", "one of the two"
        findings.refuse(path, what, expected, "remove one, or write null for an inherited one")
    stays = part.carry_over is not False
    return Budget(0, Window.TOTAL if stays else Window(part.per), stays, steps, above)


def _steps(part: StepsPart) -> Steps:
    return Steps(part.tell, part.hide_sizes, part.no_new_servers, part.drain)


def _above(
    written: str | None, purse: Purse, profiles: Iterable[Profile], path: Path, findings: Findings
) -> str | int:
    if written is None:
        return ""
    known = {size.slug: None for profile in profiles for size in profile.sizes}
    if written in known:
        return written
    try:
        return purse.micros(parse_money(written), (*path, "above"))
    except QuantityError:
        what = f"there is no size '{written}', so the usual ones stay"
        do = "name a size, or what an hour may cost"
        findings.warn((*path, "above"), what, listed(list(known)) or "a size", do)
    return written


def bounds_of(part: BoundsPart | None, purse: Purse, path: Path) -> Bounds:
    """How far champions may go; where nothing is said, as far as anywhere."""
    if part is None:
        return Bounds()
    return Bounds(
        **part.model_dump(exclude={_TOP_UP, _WORKSHOP}),
        most_top_up_micros=_micros(part.champions_may_top_up, purse, (*path, _TOP_UP)) or 0,
        most_workshop_budget_micros=_micros(part.most_workshop_budget, purse, (*path, _WORKSHOP)),
    )


def _micros(written: Money | None, purse: Purse, path: Path) -> int | None:
    return None if written is None else purse.micros(written, path)


def enforcement_of(part: EnforcementPart) -> Enforcement:
    """The same as durations."""
    return Enforcement(
        timedelta(seconds=part.notice),
        timedelta(seconds=part.every),
        timedelta(seconds=part.stop_time),
        part.starts_without,
    )
