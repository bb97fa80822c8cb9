"""A person's own servers, and her month in each of her communities."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.given import given_to
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.standing import standing
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.view import MembershipView, PersonView, in_currency, running_servers, total
from catalyst_hub.core.window import Window, period_at


def show_person(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime
) -> PersonView | None:
    """What is hers now; None: the store does not know this user."""
    person = uow.people.by_name(user_name)
    if person is None:
        return None
    memberships = uow.memberships.of(person.person_id)
    policy = policy_at(policy, now)
    communities = [c for c in policy.communities if c.slug in memberships]
    own = [s for s in uow.sessions.all_live() if s.person_id == person.person_id]
    return PersonView(
        person,
        running_servers(own, {person.person_id: person}, now),
        tuple(_membership(uow, policy, community, person, now) for community in communities),
    )


def _membership(
    uow: UnitOfWork, policy: Policy, community: Community, person: Person, now: datetime
) -> MembershipView:
    month = period_at(Window.MONTH, community.zone, now)
    query = ReportQuery(
        month.first_on,
        month.next_on,
        (GroupBy.COMMUNITY,),
        frozenset({community.slug}),
        person.person_id,
    )
    rows = uow.reports.rows(query, now)
    return MembershipView(
        community,
        standing(uow, policy, community, person.person_id, now).of(LimitScope.PERSON),
        total(in_currency(row, community.currency) for row in rows),
        given_to(uow, community.slug, person.person_id, now),
    )
