"""A champion sets the days of a workshop."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_plan import PlanRefusal, plan_refusal, with_days_of_meetings


def schedule_workshop(
    uow: UnitOfWork, policy: Policy, community: str, plan: Plan, actor: str, now: datetime
) -> Workshop | PlanRefusal:
    """The workshop; or why there can be none such, and nothing done. The community is there."""
    found = policy_at(policy, now).by_slug[community]
    plan = with_days_of_meetings(plan)
    no = plan_refusal(plan, found, local_day(now, found.zone))
    if no is not None:
        return no
    workshop = uow.workshops.add(community, plan, actor, now)
    facts = {
        "workshop": workshop.workshop_id,
        "title": plan.title,
        "first_on": plan.first_on.isoformat(),
        "last_on": plan.last_on.isoformat(),
    }
    uow.audit.add(now, actor, Action.WORKSHOP_SCHEDULED, community=community, facts=facts)
    return workshop
