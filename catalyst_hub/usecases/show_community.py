"""A community's servers, limits and month, for its champions."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance, LimitScope
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.quota import allowances, periods
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import CommunityView, by_day, running_servers, total
from catalyst_hub.core.window import Window, period_at

#: No person's own limits are asked for, so nobody's own use is.
_NOBODY = 0


def show_community(
    uow: UnitOfWork, policy: Policy, slug: str, now: datetime
) -> CommunityView | None:
    """The community as it stands now; None: there is none of this name."""
    community = policy_at(policy, now).community(slug)
    if community is None:
        return None
    month = period_at(Window.MONTH, community.zone, now)
    query = ReportQuery(month.first_on, month.next_on, (GroupBy.DAY,), frozenset({slug}))
    days = by_day(uow.reports.rows(query, now), community.currency)
    live = uow.sessions.all_live(slug)
    people = uow.people.named(sorted({session.person_id for session in live}))
    return CommunityView(
        community,
        running_servers(live, people, now),
        _shared_allowances(uow, community, now),
        total(usage for _, usage in days),
        days,
    )


def _shared_allowances(
    uow: UnitOfWork, community: Community, now: datetime
) -> tuple[Allowance, ...]:
    shared = [limit for limit in community.all_limits if limit.scope is LimitScope.COMMUNITY]
    windows = periods(shared, community.zone, now)
    snapshot = uow.limits.snapshot(community.slug, _NOBODY, windows)
    return allowances(shared, snapshot, _NOBODY, community.zone, now)
