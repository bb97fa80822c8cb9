"""What stands between a start and a community's money."""

from __future__ import annotations

from catalyst_hub.core.budget import Step
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, Code, Denied
from catalyst_hub.core.during import is_planned_for
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.quota import asked_of
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.standing import Standing


def step_refusal(
    community: Community, profile: Profile, size: Size, standing: Standing
) -> Denied | None:
    """The step of the budget that keeps this size from starting, although some money is left;
    None: there is none, or the size is free."""
    limit = standing.budget
    if limit is None or size.rate_micros == 0:
        return None
    code = _code(community, profile, size, standing, limit)
    return _denied(code, community, limit, size, standing) if code else None


def oversight_refusal(
    community: Community, profile: Profile, size: Size, standing: Standing
) -> Denied | None:
    """What costs money starts only while somebody can stop it; None: it may start."""
    if standing.is_enforced or size.rate_micros == 0:
        return None
    concerned = (limit for limit in standing.allowances if limit.concerns(profile.slug))
    if all(limit.unit is not Unit.MONEY for limit in concerned):
        return None
    return Denied(Code.NOT_ENFORCED, community.slug, community.contact)


def _code(
    community: Community, profile: Profile, size: Size, standing: Standing, limit: Allowance
) -> Code | None:
    """Where nothing is left, the limit itself says so."""
    steps, budget = standing.steps, community.budget
    if budget is None or not limit.left:
        return None
    if Step.DRAIN in steps:
        return Code.BUDGET_SPENT
    if Step.CLOSE in steps and standing.workshop_id is None:
        return Code.BUDGET_CLOSED
    is_hidden = Step.HIDE_SIZES in steps and budget.hides(profile, size)
    is_planned = standing.during is not None and is_planned_for(standing.during, profile, size)
    return Code.BUDGET_SIZES if is_hidden and not is_planned else None


def _denied(
    code: Code, community: Community, limit: Allowance, size: Size, standing: Standing
) -> Denied:
    return Denied(
        code,
        community.slug,
        community.contact,
        community.zone,
        community.currency,
        limit,
        asked_of(limit, size.limits, size.rate_micros, standing.hold_ms),
    )
