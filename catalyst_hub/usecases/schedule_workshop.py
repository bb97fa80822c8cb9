"""A champion makes a workshop; one that is beyond the bounds asks the operator."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.side_by_side import seats_beside
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_budget import budget_refusal
from catalyst_hub.core.workshop_mail import tell_operators
from catalyst_hub.core.workshop_plan import PlanRefusal, plan_refusal, with_days_of_meetings
from catalyst_hub.core.workshop_request import Asking, request_for

#: The same by the same person within this time is a form that was sent twice.
_SAME = timedelta(minutes=2)


def schedule_workshop(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    plan: Plan,
    actor: str,
    now: datetime,
    *,
    reason: str = "",
    by_operator: bool = False,
) -> Workshop | PlanRefusal:
    """The workshop; or why there can be none such, and nothing done. The community is there.

    What is beyond the bounds waits for the operator's answer, and needs a ``reason``. Its budget
    is set aside at once. A form that was sent twice makes one workshop.
    """
    policy = policy_at(policy, now)
    community, plan = policy.by_slug[slug], with_days_of_meetings(plan)
    refusal = plan_refusal(plan, community, now)
    if refusal is not None:
        return refusal
    uow.limits.lock(slug)
    same = _sent_before(uow, slug, plan, actor, now)
    if same is not None:
        return same
    asking = Asking(actor, reason, by_operator)
    beside = seats_beside(uow, community, plan, now)
    request = request_for(plan, community.bounds, asking, now, beside=beside)
    if isinstance(request, PlanRefusal):
        return request
    refusal = budget_refusal(uow, policy, community, plan, now)
    if refusal is not None:
        return refusal
    made = uow.workshops.add(slug, plan, actor, now, community.currency, request)
    _audit(uow, community, made, actor, now)
    if request is not None:
        tell_operators(uow, policy, made, actor, now)
    return made


def _sent_before(
    uow: UnitOfWork, slug: str, plan: Plan, actor: str, now: datetime
) -> Workshop | None:
    return next(
        (
            workshop
            for workshop in uow.workshops.of(slug)
            if (workshop.plan, workshop.created_by) == (plan, actor)
            and workshop.cancelled_at is None
            and abs(now - workshop.created_at) < _SAME
        ),
        None,
    )


def _audit(
    uow: UnitOfWork, community: Community, made: Workshop, actor: str, now: datetime
) -> None:
    facts: dict[str, object] = {
        "workshop": made.workshop_id,
        "title": made.title,
        "first_on": made.first_on.isoformat(),
        "last_on": made.last_on.isoformat(),
    }
    if made.seats is not None:
        facts["seats"] = made.seats
    if made.budget_micros is not None:
        facts |= {"micros": made.budget_micros, "currency": made.currency}
    action = Action.WORKSHOP_SCHEDULED
    if made.request is not None:
        action, facts["reason"] = Action.WORKSHOP_ASKED, made.request.reason
    uow.audit.add(now, actor, action, community=community.slug, facts=facts)
