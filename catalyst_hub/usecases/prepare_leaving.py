"""What somebody ought to know before she leaves a community."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.leaving import Farewell, is_last_champion
from catalyst_hub.core.policy import Policy, policy_at
from catalyst_hub.core.unit_of_work import UnitOfWork


def prepare_leaving(
    uow: UnitOfWork, policy: Policy, slug: str, user_name: str, now: datetime
) -> Farewell | None:
    """The consequences; None: she does not belong there."""
    person = uow.people.by_name(user_name)
    community = policy_at(policy, now).community(slug)
    if person is None or community is None or slug not in uow.memberships.of(person.person_id):
        return None
    own = [s for s in uow.sessions.all_live(slug) if s.person_id == person.person_id]
    roles = uow.memberships.members_of(slug)
    return Farewell(community, len(own), is_last_champion(person.person_id, roles))
