"""Who has been told often enough, and goes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from catalyst_hub.core.farewell import Leaving, Step
from catalyst_hub.core.farewelling import all_leaving
from catalyst_hub.core.policy import Policy
from catalyst_hub.core.unit_of_work import UnitOfWork


def list_departures(uow: UnitOfWork, policy: Policy, now: datetime) -> Sequence[Leaving]:
    """All of them, those whose removal has begun before among them."""
    return [each for each in all_leaving(uow, policy, now) if each.step is Step.REMOVE]
