"""A community's budget: where it stands, how long it lasts, and who paid in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.budget import Budget, Pace, TopUp
from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import Allowance
from catalyst_hub.core.funds import pace_of
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.standing import Standing, standing
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class BudgetView:
    """The budget of a community as it stands; ``top_ups`` has the newest first, and ``people`` by
    hub name those who made them, as far as the store knows them."""

    community: Community
    budget: Budget
    standing: Standing
    allowance: Allowance
    pace: Pace
    top_ups: tuple[TopUp, ...]
    people: Mapping[str, Person]


def show_budget(uow: UnitOfWork, policy: Policy, slug: str, now: datetime) -> BudgetView | None:
    """All of it; None: there is no such community, or it has no budget."""
    policy = policy_at(policy, now)
    community = policy.community(slug)
    if community is None or community.budget is None:
        return None
    current = standing(uow, policy, community, None, now)
    allowance, frame = current.budget, current.frame
    if allowance is None or frame is None:
        return None
    top_ups = tuple(reversed(uow.budgets.top_ups(slug, community.currency)))
    people = (uow.people.by_name(name) for name in {top_up.made_by for top_up in top_ups})
    return BudgetView(
        community,
        community.budget,
        current,
        allowance,
        pace_of(uow, community, allowance, frame, now),
        top_ups,
        {person.name: person for person in people if person is not None},
    )
