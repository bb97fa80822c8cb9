"""What a planned workshop would collide with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from catalyst_hub.core.collision import (
    Collision,
    CollisionKind,
    with_money,
    with_nodes,
    with_quotas,
    with_workshops,
)
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.forecast import (
    CostForecast,
    Habits,
    Spread,
    seat_forecast,
    start_time,
)
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.node import NodeKind
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import HOUR_MS, Resources, Unit
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop import Workshop
from tests.usecases.world import CORDOBA, NAIROBI

MONDAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
PROFILE = NAIROBI.profiles[0]
SMALL, LARGE = PROFILE.sizes
COMMUNITIES = {"nairobi": NAIROBI, "cordoba": CORDOBA}


def workshop(
    number: int, *hours: str, community: str = "nairobi", day: date = MONDAY, days: int = 1
) -> Workshop:
    meetings = tuple(
        Meeting(day + timedelta(days=n), starts, ends)
        for n in range(days)
        for starts, ends in zip(hours[::2], hours[1::2], strict=True)
    )
    last = day + timedelta(days=days - 1)
    return Workshop(
        number, community, "Plants", day, last, "amina", NOW,
        meetings=meetings, seats=30, profile="python", size="small",
    )  # fmt: skip


MINE = workshop(1, "09:00", "12:00", "13:00", "16:00", days=2)


def test_another_workshop_at_the_same_hours_is_told() -> None:
    lunch = workshop(2, "12:15", "12:45")
    after = workshop(3, "16:00", "18:00")
    elsewhere = workshop(4, "04:00", "10:00", community="cordoba")
    found = list(with_workshops(MINE, (lunch, after, elsewhere), NAIROBI.zone))
    assert found == [Collision(CollisionKind.WORKSHOP, workshop=lunch)]


def test_workshops_of_all_communities_share_the_nodes() -> None:
    kind = NodeKind("one", Resources(10_000, 1024**4), most=5)
    seats = seat_forecast(30, SMALL, start_time([]), (kind,))
    assert seats.nodes == 3

    def found(*others: Workshop) -> list[Collision]:
        return list(with_nodes(MINE, seats, others, COMMUNITIES, (kind,)))

    assert found() == []
    # Ten in Nairobi is four in the morning in Córdoba.
    assert found(workshop(2, "03:00", "05:00", community="cordoba")) == [
        Collision(CollisionKind.NODES, needed=6, there=5, node=kind)
    ]
    assert found(workshop(2, "11:00", "13:00", community="cordoba")) == []
    enough = replace(kind, most=6)
    seats = seat_forecast(30, SMALL, start_time([]), (enough,))
    other = workshop(2, "03:00", "05:00", community="cordoba")
    assert list(with_nodes(MINE, seats, (other,), COMMUNITIES, (enough,))) == []
    assert found(workshop(2, "03:00", "05:00", community="gone")) == []


def test_a_size_for_which_there_is_no_node_is_told_where_the_file_names_nodes() -> None:
    tiny = NodeKind("tiny", Resources(500, 1024**4))
    seats = seat_forecast(30, SMALL, start_time([]), (tiny,))
    assert list(with_nodes(MINE, seats, (), COMMUNITIES, (tiny,))) == [
        Collision(CollisionKind.NO_NODE, needed=30)
    ]
    assert list(with_nodes(MINE, seats, (), COMMUNITIES, ())) == []


def _limit(scope: LimitScope, unit: Unit, window: Window, amount: int, **more: object) -> Limit:
    return Limit(scope, unit, window, amount, **more)


PERSON, TOGETHER, COMMUNITY = LimitScope.PERSON, LimitScope.WORKSHOP, LimitScope.COMMUNITY


@pytest.mark.parametrize(
    ("limit", "needed"),
    [
        # Two days from nine to four, one CPU each, thirty people.
        (_limit(PERSON, Unit.CPU_HOURS, Window.DAY, 7 * HOUR_MS * 1000 // 1000), None),
        (_limit(PERSON, Unit.CPU_HOURS, Window.DAY, 7 * HOUR_MS - 1), 7 * HOUR_MS),
        (_limit(PERSON, Unit.CPU_HOURS, Window.WEEK, 14 * HOUR_MS - 1), 14 * HOUR_MS),
        (_limit(PERSON, Unit.CPU_HOURS, Window.MONTH, 14 * HOUR_MS - 1), 14 * HOUR_MS),
        (_limit(PERSON, Unit.CPU_HOURS, Window.ROLLING, 13 * HOUR_MS, days=1), None),
        (_limit(PERSON, Unit.CPU_HOURS, Window.ROLLING, 13 * HOUR_MS, days=2), 14 * HOUR_MS),
        (_limit(TOGETHER, Unit.SERVER_HOURS, Window.WORKSHOP, 400 * HOUR_MS), 420 * HOUR_MS),
        (_limit(COMMUNITY, Unit.SERVER_HOURS, Window.TOTAL, 420 * HOUR_MS), None),
        (_limit(COMMUNITY, Unit.SERVER_HOURS, Window.DAY, 209 * HOUR_MS), 210 * HOUR_MS),
        (_limit(TOGETHER, Unit.SERVERS, Window.AT_ONCE, 29), 30),
        (_limit(TOGETHER, Unit.SERVERS, Window.AT_ONCE, 30), None),
        # There is room for its people beside what others have.
        (_limit(COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 1), None),
        (_limit(PERSON, Unit.CPU, Window.AT_ONCE, 1), None),
        (_limit(PERSON, Unit.CPU_HOURS, Window.DAY, 1, profile="r"), None),
    ],
)
def test_limits_that_are_too_small_for_its_people_are_told(
    limit: Limit, needed: int | None
) -> None:
    community = replace(NAIROBI, limits=(limit,))
    found = list(with_quotas(community, MINE, PROFILE, SMALL))
    expected = Collision(CollisionKind.QUOTA, needed=needed or 0, there=limit.amount, limit=limit)
    assert found == ([] if needed is None else [expected])


def test_of_a_workshop_without_hours_nobody_knows_how_much_it_uses() -> None:
    days = replace(MINE, meetings=())
    assert list(with_quotas(NAIROBI, days, PROFILE, LARGE)) == []


def test_money() -> None:
    cost = CostForecast(Spread(50, 100, 200), Spread(1, 2, 3), 1, Habits())

    def kinds(budget: int | None, room: int | None, cost: CostForecast | None = cost) -> set[str]:
        return {each.kind.value for each in with_money(budget, room, cost)}

    assert kinds(None, None) == set()
    assert kinds(None, 100) == set()
    assert kinds(None, 99) == {"left"}
    assert kinds(100, 100) == set()
    assert kinds(99, 1000) == {"budget"}
    assert kinds(100, 99) == {"room"}
    assert kinds(100, None) == set()
    assert kinds(100, 100, None) == set()
