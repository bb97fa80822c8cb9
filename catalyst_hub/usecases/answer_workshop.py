"""Whoever runs the hub grants or declines a workshop that is beyond the bounds."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.audit import Action
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop import Answer, Workshop
from catalyst_hub.core.workshop_budget import budget_refusal
from catalyst_hub.core.workshop_mail import tell_planner
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.core.workshop_request import said

_ACTIONS = {
    Answer.GRANTED: Action.WORKSHOP_GRANTED,
    Answer.DECLINED: Action.WORKSHOP_DECLINED,
}


def answer_workshop(
    uow: UnitOfWork,
    policy: Policy,
    workshop_id: int,
    answer: Answer,
    reply: str,
    actor: str,
    now: datetime,
) -> Workshop | PlanRefusal:
    """The workshop with the answer; or why there is none. ``actor`` runs the hub.

    What is granted has to be possible still: its days are not over, its community is there, and
    so is the money. An answer that was sent twice is given once.
    """
    policy = policy_at(policy, now)
    workshop = uow.workshops.get(workshop_id)
    if workshop is None or workshop.request is None or workshop.cancelled_at is not None:
        return PlanRefusal.NOT_THERE
    if workshop.request.answer is answer:
        return workshop
    refusal = _refusal(uow, policy, workshop, now) if answer is Answer.GRANTED else None
    if refusal is not None:
        return refusal
    words = said(reply)
    if not uow.workshops.answer(workshop_id, answer, words, actor, now):
        return PlanRefusal.NOT_THERE
    facts = {"workshop": workshop_id, "title": workshop.title, "by": workshop.created_by}
    uow.audit.add(now, actor, _ACTIONS[answer], community=workshop.community, facts=facts)
    tell_planner(uow, workshop, answer, actor, now)
    return uow.workshops.get(workshop_id) or PlanRefusal.NOT_THERE


def _refusal(
    uow: UnitOfWork, policy: Policy, workshop: Workshop, now: datetime
) -> PlanRefusal | None:
    community = policy.community(workshop.community)
    if community is None:
        return PlanRefusal.NOT_THERE
    uow.limits.lock(community.slug)
    if workshop.last_on < local_day(now, community.zone):
        return PlanRefusal.OVER
    return budget_refusal(uow, policy, community, workshop.plan, now, workshop.workshop_id)
