"""A community's servers, limits and month, for its champions."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.standing import of_workshops, standing
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.view import CommunityView, by_day, running_servers, total
from catalyst_hub.core.window import Window, period_at


def show_community(
    uow: UnitOfWork, policy: Policy, slug: str, now: datetime
) -> CommunityView | None:
    """The community as it stands now; None: there is none of this name."""
    policy = policy_at(policy, now)
    community = policy.community(slug)
    if community is None:
        return None
    shared = standing(uow, policy, community, None, now)
    month = period_at(Window.MONTH, community.zone, now)
    query = ReportQuery(month.first_on, month.next_on, (GroupBy.DAY,), frozenset({slug}))
    days = by_day(uow.reports.rows(query, now), community.currency)
    live = uow.sessions.all_live(slug)
    people = uow.people.named(sorted({session.person_id for session in live}))
    return CommunityView(
        community,
        running_servers(live, people, now),
        shared.allowances + of_workshops(uow, policy, community, now),
        total(usage for _, usage in days),
        days,
        shared.step,
    )
