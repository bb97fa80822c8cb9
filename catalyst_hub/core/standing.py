"""Where every limit of a community stands now: what starts, pages and the enforcer all look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.exemption import limits_with
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.quota import Limit, allowances, periods
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """Every limit that holds, and where each stands: ``allowances`` in the order of ``limits``.

    ``hold_ms`` is the time of each server that limits over time set aside (see
    :class:`~catalyst_hub.core.enforcement.Enforcement`).
    """

    limits: tuple[Limit, ...]
    allowances: tuple[Allowance, ...]
    hold_ms: int

    def of(self, scope: LimitScope) -> tuple[Allowance, ...]:
        """Those that this scope shares."""
        return tuple(allowance for allowance in self.allowances if allowance.scope is scope)


def standing(
    uow: UnitOfWork, policy: Policy, community: Community, person_id: int | None, now: datetime
) -> Standing:
    """Where the limits stand for one person; None: only those that the community shares.

    ``policy`` and ``community`` are those of ``policy_at``. To decide by it, take the community's
    lock first.
    """
    limits = tuple(
        limit
        for limit in community.all_limits
        if person_id is not None or limit.scope is not LimitScope.PERSON
    )
    exemptions = uow.exemptions.in_force(community.slug, now)
    limits = limits_with(limits, exemptions, person_id, now)
    windows = periods(limits, community.zone, now)
    snapshot = uow.limits.snapshot(community.slug, person_id or 0, windows)
    hold_ms = policy.enforcement.hold_ms
    current = allowances(limits, snapshot, person_id or 0, community.zone, now, hold_ms)
    return Standing(limits, current, hold_ms)
