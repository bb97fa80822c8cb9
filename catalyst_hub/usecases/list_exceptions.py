"""The exceptions of a community, for whoever makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.unit_of_work import Person, UnitOfWork


@dataclass(frozen=True, slots=True)
class Listed:
    """One, and for whom: None is the whole community."""

    exemption: Exemption
    person: Person | None


def list_exceptions(uow: UnitOfWork, community: str) -> Sequence[Listed]:
    """The latest, the newest first, ended ones as well."""
    exemptions = uow.exemptions.of(community)
    ids = sorted({e.person_id for e in exemptions if e.person_id is not None})
    people = uow.people.named(ids)
    return [Listed(e, None if e.person_id is None else people[e.person_id]) for e in exemptions]
