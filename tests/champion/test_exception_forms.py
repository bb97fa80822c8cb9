"""Which limit a link or a form is about."""

from __future__ import annotations

from dataclasses import replace

from catalyst_hub.champion.exception_forms import meant
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from tests.usecases.world import NAIROBI

ROLLING = {"scope": "person", "unit": "cpu_hours", "window": "rolling", "profile": ""}


def test_of_two_rolling_windows_a_link_means_the_one_of_its_days() -> None:
    limits = tuple(
        Limit(LimitScope.PERSON, Unit.CPU_HOURS, Window.ROLLING, 1, days=days) for days in (7, 30)
    )
    community = replace(NAIROBI, limits=limits, profiles=())
    assert meant(community, ROLLING | {"days": "30"}) == "person.cpu_hours.rolling..30"
    assert meant(community, ROLLING) == "person.cpu_hours.rolling..7"
    assert meant(community, ROLLING | {"days": "8"}) == ""
