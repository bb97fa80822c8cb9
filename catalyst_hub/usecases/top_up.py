"""Somebody pays into a community's budget, or takes back what was paid in; who had asked for more
of it is answered thereby."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from catalyst_hub.core.appeal import Answer
from catalyst_hub.core.appealing import settle
from catalyst_hub.core.audit import Action, is_command_line
from catalyst_hub.core.budget import Step, TopUp
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy, operates, policy_at
from catalyst_hub.core.standing import standing
from catalyst_hub.core.top_up import Payment, TopUpRefusal, sent_before, top_up_refusal
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window, period_at


def top_up(
    uow: UnitOfWork,
    policy: Policy,
    slug: str,
    payment: Payment,
    actor: str,
    now: datetime,
    *,
    by_operator: bool = False,
) -> TopUp | TopUpRefusal:
    """Write it down for ever; or say why not, and do nothing. The community is there.

    It stays locked until the transaction ends: two champions at the same moment pay in no more
    than the bounds allow them together. A form that was sent twice pays in once.
    """
    community = policy_at(policy, now).by_slug[slug]
    if community.budget is None:
        return TopUpRefusal.NO_BUDGET
    uow.limits.lock(slug)
    earlier = uow.budgets.top_ups(slug, community.currency)
    same = sent_before(payment, actor, earlier, now)
    if same is not None:
        return same
    paid = 0 if by_operator else _paid_by_champions(uow, policy, community, earlier, now)
    refusal = top_up_refusal(payment, community.bounds, paid, by_operator=by_operator)
    if refusal is not None:
        return refusal
    made = _pay(uow, community, payment, actor, now)
    if payment.micros > 0 and _can_start(uow, policy, community, now):
        _answer_who_asked(uow, slug, actor, now)
    return made


def _paid_by_champions(
    uow: UnitOfWork, policy: Policy, community: Community, earlier: Iterable[TopUp], now: datetime
) -> int:
    """This month, in micro-units, by everybody who does not run the hub."""
    month = period_at(Window.MONTH, community.zone, now)
    this_month = [top_up for top_up in earlier if top_up.made_at >= month.starts_at]
    makers = {top_up.made_by for top_up in this_month}
    champions = {name for name in makers if not _is_operator(uow, policy, name)}
    return sum(top_up.micros for top_up in this_month if top_up.made_by in champions)


def _is_operator(uow: UnitOfWork, policy: Policy, name: str) -> bool:
    if is_command_line(name):
        return True
    person = uow.people.by_name(name)
    return person is not None and operates(policy, uow.people.identities(person.person_id))


def _pay(
    uow: UnitOfWork, community: Community, payment: Payment, actor: str, now: datetime
) -> TopUp:
    slug, currency = community.slug, community.currency
    made = TopUp(0, slug, payment.micros, currency, payment.reason, actor, now)
    uow.budgets.top_up(made)
    facts = {"micros": payment.micros, "currency": currency}
    uow.audit.add(now, actor, Action.BUDGET_TOPPED_UP, community=slug, facts=facts)
    return made


def _can_start(uow: UnitOfWork, policy: Policy, community: Community, now: datetime) -> bool:
    """Whether the budget is in nobody's way any more: a little money may still be too little."""
    found = standing(uow, policy_at(policy, now), community, None, now)
    has_money = found.budget is not None and found.budget.left > 0
    return has_money and Step.CLOSE not in found.steps


def _answer_who_asked(uow: UnitOfWork, slug: str, actor: str, now: datetime) -> None:
    for appeal in uow.appeals.open_in(slug):
        if appeal.is_about_budget:
            settle(uow, appeal, Answer.PAID, actor, now)
