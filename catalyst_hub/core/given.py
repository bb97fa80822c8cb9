"""What somebody has beyond the limits now, and by whom: for her own pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalyst_hub.core.exemption import Exemption
from catalyst_hub.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Given:
    """An exception in force, and the display name of whoever made it."""

    exemption: Exemption
    by: str


def given_to(uow: UnitOfWork, community: str, person_id: int, now: datetime) -> tuple[Given, ...]:
    """Her own, and those of the limits that she shares; the one that ends first comes first."""
    hers = [
        exemption
        for exemption in uow.exemptions.in_force(community, now)
        if exemption.person_id in {None, person_id}
    ]
    makers = {name: uow.people.by_name(name) for name in {e.made_by for e in hers}}
    names = {name: maker.shown_as if maker else name for name, maker in makers.items()}
    hers.sort(key=lambda exemption: exemption.expires_at)
    return tuple(Given(exemption, names[exemption.made_by]) for exemption in hers)
