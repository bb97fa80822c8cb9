"""Whoever looks after a community is told once when its budget reaches a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.audit import HUB, Action
from catalyst_hub.core.budget import Step
from catalyst_hub.core.community import Community, Identity, Role
from catalyst_hub.core.funds import pace_of
from catalyst_hub.core.mail import MailKind
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class NotedStep:
    """A step that a community's budget has reached, and that nobody has been told of."""

    community: str
    step: Step


def note_budget_steps(
    uow: UnitOfWork, policy: Policy, now: datetime, *, is_rehearsal: bool = False
) -> tuple[NotedStep, ...]:
    """Look at every budget; note the steps reached, and tell champions and operators of the last.

    However many hubs and processes look, each step is told once in each window. A rehearsal gives
    the same answer and changes nothing.
    """
    policy = policy_at(policy, now)
    noted: list[NotedStep] = []
    for community in policy.communities:
        if community.budget is not None:
            current = standing(uow, policy, community, None, now)
            steps = _untold(uow, community, current)
            if not is_rehearsal:
                steps = [step for step in steps if _is_first(uow, community, current, step, now)]
                _tell(uow, policy, community, current, steps, now)
            noted.extend(NotedStep(community.slug, step) for step in steps)
    return tuple(noted)


def _untold(uow: UnitOfWork, community: Community, current: Standing) -> list[Step]:
    if not current.steps or current.frame is None:
        return []
    told = uow.budgets.told(community.slug, current.frame.current.first_on)
    return [step for step in current.steps if step not in told]


def _is_first(
    uow: UnitOfWork, community: Community, current: Standing, step: Step, now: datetime
) -> bool:
    """Whether nobody else was quicker to note it."""
    if current.frame is None:
        return False
    return uow.budgets.tell(community.slug, current.frame.current.first_on, step, now)


def _tell(
    uow: UnitOfWork,
    policy: Policy,
    community: Community,
    current: Standing,
    steps: list[Step],
    now: datetime,
) -> None:
    budget = current.budget
    if not steps or budget is None:
        return
    facts: dict[str, object] = {
        "step": steps[-1],
        "taken": budget.used + budget.held,
        "credit": budget.limit,
        "currency": community.currency,
        "resets_at": budget.resets_at.isoformat() if budget.resets_at else None,
        "zone": community.zone,
    }
    slug = community.slug
    uow.audit.add(now, HUB, Action.BUDGET_STEP_REACHED, community=slug, facts=facts)
    facts |= _pace_facts(uow, community, current, now)
    for person in {p.person_id: p for p in _readers(uow, policy, slug)}.values():
        uow.mails.queue(person, MailKind.BUDGET_STEP, now, community=slug, **facts)


def _pace_facts(
    uow: UnitOfWork, community: Community, current: Standing, now: datetime
) -> dict[str, object]:
    """How much of the window is over, and when what is left will be spent, if anybody can say."""
    if current.budget is None or current.frame is None or not current.budget.left:
        return {}
    pace = pace_of(uow, community, current.budget, current.frame, now)
    return {
        "gone_percent": pace.gone_percent,
        "empty_at": pace.empty_at.isoformat() if pace.empty_at else None,
        "by_running": pace.by_running,
    }


def _readers(uow: UnitOfWork, policy: Policy, slug: str) -> Iterator[Person]:
    """Its champions, and whoever runs the hub."""
    roles = uow.memberships.members_of(slug)
    champions = [person_id for person_id, role in roles.items() if role is Role.CHAMPION]
    yield from uow.people.named(champions).values()
    for rule in policy.operators:
        for subject in sorted(rule.people):
            operator = uow.people.by_identity(Identity(rule.provider, subject))
            if operator is not None:
                yield operator
