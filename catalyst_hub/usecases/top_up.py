"""Somebody pays into a community's budget, or takes back what was paid in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from catalyst_hub.core.audit import Action, is_command_line
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.community import Community
from catalyst_hub.core.policy import Policy, operates, policy_at
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
    return refusal or _pay(uow, community, payment, actor, now)


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
