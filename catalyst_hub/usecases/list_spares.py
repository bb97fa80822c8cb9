"""Whose servers are spared, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_hub.core.spare import Spare
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class ListedSpare:
    """A spare, and the person whose servers it is about (None: forgotten)."""

    spare: Spare
    person: Person | None


def list_spares(uow: UnitOfWork, community: str) -> Sequence[ListedSpare]:
    """The latest of a community, the newest first."""
    spares = uow.spares.of(community)
    people = uow.people.named(sorted({spare.person_id for spare in spares}))
    return [ListedSpare(spare, people.get(spare.person_id)) for spare in spares]
