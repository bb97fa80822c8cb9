"""Who asks for more in a community, for its champions."""

from __future__ import annotations

from collections.abc import Sequence

from catalyst_hub.core.appeal import Appeal
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


def list_appeals(uow: UnitOfWork, community: str) -> Sequence[tuple[Appeal, Person]]:
    """What waits for an answer, the oldest first."""
    waiting = uow.appeals.open_in(community)
    people = uow.people.named([appeal.person_id for appeal in waiting])
    return [(appeal, people[appeal.person_id]) for appeal in waiting if appeal.person_id in people]
