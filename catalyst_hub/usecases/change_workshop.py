"""A champion changes what is not over of a workshop."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta

from catalyst_hub.core.audit import Action
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.side_by_side import seats_beside
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Plan, Request, Workshop, WorkshopState, hours_of, takes_place
from catalyst_hub.core.workshop_budget import budget_refusal
from catalyst_hub.core.workshop_mail import tell_operators
from catalyst_hub.core.workshop_plan import (
    PlanRefusal,
    past_refusal,
    plan_refusal,
    with_days_of_meetings,
)
from catalyst_hub.core.workshop_request import Asking, request_for


def change_workshop(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    workshop_id: int,
    plan: Plan,
    actor: str,
    now: datetime,
    *,
    reason: str = "",
    by_operator: bool = False,
) -> Workshop | PlanRefusal:
    """The workshop as it is planned now; or why it cannot be, and nothing done.

    What has begun stays as it was. A change beyond the bounds needs a ``reason``: the workshop
    waits for the operator's answer then, and does not take place until there is one; so there is
    none once it has begun.
    """
    policy = policy_at(policy, now)
    community, plan = policy.by_slug[slug], with_days_of_meetings(plan)
    uow.limits.lock(slug)
    before = uow.workshops.get(workshop_id)
    if before is None or before.community != slug:
        return PlanRefusal.NOT_THERE
    if before.plan == plan:
        return before
    refusal = _refusal(before, plan, community, now)
    if refusal is not None:
        return refusal
    beside = seats_beside(uow, community, plan, now, workshop_id)
    request = _request(before, plan, community, Asking(actor, reason, by_operator), now, beside)
    if isinstance(request, PlanRefusal):
        return request
    refusal = budget_refusal(uow, policy, community, plan, now, workshop_id)
    if refusal is not None:
        return refusal
    uow.workshops.change(workshop_id, plan, community.currency, request, now)
    after = uow.workshops.get(workshop_id) or before
    _move_invitations(uow, before, after, community)
    asks = request is not None and request.answer is None and request != before.request
    _audit(uow, before, plan, request if asks else None, actor, now)
    if asks:
        tell_operators(uow, policy, after, actor, now)
    return after


def _request(
    before: Workshop,
    plan: Plan,
    community: Community,
    asking: Asking,
    now: datetime,
    beside: int,
) -> Request | PlanRefusal | None:
    """What the plan waits for, or has been granted; or why it cannot be."""
    request = request_for(plan, community.bounds, asking, now, before, beside=beside)
    is_at_work = _takes_away_what_runs(before, request, community, now)
    return PlanRefusal.BEYOND if is_at_work else request


def _refusal(
    before: Workshop, plan: Plan, community: Community, now: datetime
) -> PlanRefusal | None:
    today = local_day(now, community.zone)
    if before.state_on(today) is WorkshopState.CANCELLED:
        return PlanRefusal.NOT_THERE
    if hours_of(before, community.zone)[1] <= now:
        return PlanRefusal.OVER
    # First of all, as nothing else can be told of hours that are none, or of the calendar's end.
    refusal = plan_refusal(plan, community, now)
    if refusal is not None or not takes_place(before):
        return refusal
    return past_refusal(before, plan, community.zone, now)


def _move_invitations(
    uow: UnitOfWork, before: Workshop, after: Workshop, community: Community
) -> None:
    """Those that would have ended with it still do, or a sheet of codes would be worth nothing when
    a workshop is put off; none holds for longer than champions may say."""
    zone, longest = community.zone, timedelta(days=community.bounds.most_invitation_days)
    was, ends_at = before.ends_at(zone), after.ends_at(zone)
    for invitation in uow.invitations.of(community.slug) if was != ends_at else ():
        if invitation.workshop_id == after.workshop_id and invitation.expires_at == was:
            until = min(ends_at, invitation.created_at + longest)
            uow.invitations.move_end(invitation.invitation_id, until)


def _takes_away_what_runs(
    before: Workshop, request: Request | PlanRefusal | None, community: Community, now: datetime
) -> bool:
    """Whether people who are at work would have no workshop any more until somebody answers."""
    waits = isinstance(request, Request) and request.answer is None
    has_begun = hours_of(before, community.zone)[0] <= now
    return waits and has_begun and takes_place(before)


def _audit(
    uow: UnitOfWork,
    before: Workshop,
    plan: Plan,
    asked: Request | None,
    actor: str,
    now: datetime,
) -> None:
    changed = [
        field.name
        for field in fields(Plan)
        if getattr(plan, field.name) != getattr(before.plan, field.name)
    ]
    facts: dict[str, object] = {
        "workshop": before.workshop_id,
        "title": plan.title,
        "changed": changed,
    }
    action = Action.WORKSHOP_CHANGED
    if asked is not None:
        action, facts["reason"] = Action.WORKSHOP_ASKED, asked.reason
    uow.audit.add(now, actor, action, community=before.community, facts=facts)
