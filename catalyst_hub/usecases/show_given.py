"""What champions have given somebody beyond the limits, for the pages where she starts servers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.community import Community
from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def show_given(
    uow: UnitOfWork, policy: Policy, user_name: str, now: datetime
) -> Sequence[tuple[Community, Exemption]]:
    """Her own that count now, in communities of hers; the first to end first. Those for a whole
    community are in what it has left, and no news to one person."""
    person = uow.people.by_name(user_name)
    own = uow.exemptions.of_person(person.person_id, now) if person else ()
    if person is None or not own:
        return ()
    memberships, policy = uow.memberships.of(person.person_id), policy_at(policy, now)
    found = ((policy.community(each.community), each) for each in own)
    return [(where, each) for where, each in found if where and where.slug in memberships]
