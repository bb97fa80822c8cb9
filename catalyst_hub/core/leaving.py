"""Going of one's own accord: out of a community, or out of the hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalyst_hub.core.community import Community, Role


@dataclass(frozen=True, slots=True)
class Farewell:
    """What somebody ought to know before she leaves a community.

    ``servers`` run there and will be stopped; after the last champion nobody is in charge.
    """

    community: Community
    servers: int
    is_last_champion: bool


def is_last_champion(person_id: int, roles: Mapping[int, Role]) -> bool:
    """Whether she is the only champion among the people with these roles."""
    return {id_ for id_, role in roles.items() if role is Role.CHAMPION} == {person_id}
