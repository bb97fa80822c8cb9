"""When a workshop waits for the operator's word, and when an earlier word still holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.appeal import as_words
from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.workshop import Answer, Plan, Request, Workshop, takes_place
from catalyst_hub.core.workshop_plan import LONGEST_REASON, PlanRefusal, beyond, is_no_larger

_NOT_KEPT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Asking:
    """Who plans: with a ``reason``, what is beyond the bounds is asked of the operator; whoever
    runs the hub has no bounds."""

    actor: str
    reason: str = ""
    is_operator: bool = False


def said(typed: str) -> str:
    """A reason, or a reply to one, as it is kept: on one line, of what a database can keep."""
    return as_words(_NOT_KEPT.sub(" ", typed), LONGEST_REASON)


def request_for(
    plan: Plan,
    bounds: Bounds,
    asking: Asking,
    now: datetime,
    before: Workshop | None = None,
    *,
    beside: int = 0,
) -> Request | PlanRefusal | None:
    """What a plan waits for, or has been granted; None: nothing. Or why it cannot be.

    ``before`` is the workshop that is changed. What the operator has granted once stays granted as
    long as it does not grow; what nobody was asked for, as long as it stays at its hours, too.
    ``beside`` are the seats of others at the same hours.
    """
    request = before.request if before else None
    if asking.is_operator:
        return _answered(request, asking, now)
    if not beyond(plan, bounds, beside):
        return None
    if before is not None and takes_place(before) and _is_covered(plan, before):
        return request
    reason = said(asking.reason)
    if not reason and _waits(request):
        return request
    return Request(now, reason) if reason else PlanRefusal.BEYOND


def _is_covered(plan: Plan, before: Workshop) -> bool:
    """Whether what was agreed to, or needed nobody's word, is as much as this."""
    stays = before.request is not None or _hours(plan) == _hours(before.plan)
    return stays and is_no_larger(plan, before.plan)


def _hours(plan: Plan) -> tuple[object, ...]:
    return plan.first_on, plan.last_on, plan.meetings, plan.nights


def _waits(request: Request | None) -> bool:
    return request is not None and request.answer is None


def _answered(request: Request | None, asking: Asking, now: datetime) -> Request | None:
    """An operator who changes what waits for an answer has given it."""
    if request is None or request.answer is Answer.GRANTED:
        return request
    asked = request.asked_at, request.reason
    return Request(*asked, Answer.GRANTED, asking.actor, now, request.reply)
