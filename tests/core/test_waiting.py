"""The line by itself: whatever people do, seats are given in order and never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.denial import Allowance, Code, Denied, LimitScope
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.standing import Standing
from catalyst_hub.core.turn import Claims, Rooms, behind, may_wait, turns
from catalyst_hub.core.waiting import WaitingPlace, WaitingRoom, before, in_line, wait_ahead
from catalyst_hub.core.window import Window
from tests.usecases.world import NAIROBI

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ROOM = WaitingRoom()
SEATS = Allowance(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, limit=10, used=10)


def a_place(number: int, **changes: object) -> WaitingPlace:
    key = ServerKey(f"person-{number}")
    options = {"profile": "python", "size": "small"}
    place = WaitingPlace(number, "test", "nairobi", number, key, options, NOW, NOW)
    return replace(place, **changes)  # type: ignore[arg-type]


def a_standing(free: int, cpu_free: int | None = None) -> Standing:
    limits = [replace(SEATS, used=10 - free)]
    if cpu_free is not None:
        cpu = replace(SEATS, unit=Unit.CPU, limit=100_000, used=100_000 - cpu_free)
        limits.append(cpu)
    return Standing((), tuple(limits), 0)


def everybody(_: WaitingPlace) -> bool:
    return True


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def a_state() -> st.SearchStrategy[dict[str, object]]:
    """Somebody who just waits, has a seat, has missed one, was let pass, or has gone away."""
    return st.sampled_from(
        [
            {},
            {"called_at": NOW, "seat_until": NOW + minutes(1)},
            {"called_at": NOW - minutes(5), "seat_until": NOW - minutes(3)},
            {"passed_by": "amina"},
            {"seen_at": NOW - minutes(9)},
            {"seen_at": NOW - minutes(11)},
        ]
    )


lines = st.lists(a_state(), max_size=12).map(
    lambda states: in_line([a_place(n, **state) for n, state in enumerate(states)], ROOM, NOW)
)


@given(lines, st.integers(0, 10))
def test_never_more_seats_are_given_than_are_free_and_always_the_first_get_them(line, free):
    held = [place for place in line if place.has_seat(NOW)]
    called = list(turns(a_standing(free), NAIROBI, line, everybody, NOW))
    assert len(called) == max(0, min(free, len(line)) - len(held))
    without = [place for place in line if not place.has_seat(NOW)]
    assert called == without[: len(called)]


@given(lines, st.integers(0, 10), st.data())
def test_who_may_start_nothing_holds_nobody_up(line, free, data):
    stuck = data.draw(st.sets(st.sampled_from(range(12))))
    called = turns(a_standing(free), NAIROBI, line, lambda p: p.place_id not in stuck, NOW)
    fit = [p for p in line if p.has_seat(NOW) or p.place_id not in stuck]
    again = turns(a_standing(free), NAIROBI, fit, everybody, NOW)
    assert [p.place_id for p in called] == [p.place_id for p in again]


@given(st.lists(a_state(), max_size=12))
def test_the_line_is_seats_then_those_let_pass_then_first_come_first_served(states):
    line = in_line([a_place(n, **state) for n, state in enumerate(states)], ROOM, NOW)
    ranks = [(not p.has_seat(NOW), p.passed_by is None, p.place_id) for p in line]
    assert ranks == sorted(ranks)
    assert all(NOW - p.seen_at < ROOM.place_kept or p.has_seat(NOW) for p in line)
    assert not any(p.has_missed(NOW) for p in line)


@given(lines, st.integers(0, 10))
def test_who_is_not_in_line_finds_what_the_line_leaves(line, free):
    left = behind(a_standing(free), NAIROBI, line).allowances[0].left
    assert left == max(0, free - len(line))


@given(st.integers(1, 30), st.integers(1, 5))
def test_nobody_starves_as_long_as_seats_become_free(people, each_time):
    """However many come after them: who waits is served in order."""
    line = [a_place(number) for number in range(people)]
    served: list[int] = []
    while line:
        called = list(turns(a_standing(each_time), NAIROBI, line, everybody, NOW))
        assert called
        served += [place.place_id for place in called]
        line = [place for place in line if place not in called]
    assert served == list(range(people))


def test_what_somebody_before_needs_is_left_alone_though_others_would_fit():
    large = a_place(0, options={"profile": "python", "size": "large"})
    small = a_place(1)
    # A large server takes four CPUs, of which three are free.
    assert not list(turns(a_standing(5, cpu_free=3000), NAIROBI, [large, small], everybody, NOW))
    # With six, the large one gets its four, and one is left for the small one.
    both = turns(a_standing(5, cpu_free=6000), NAIROBI, [large, small], everybody, NOW)
    assert [p.place_id for p in both] == [0, 1]


def test_a_limit_on_another_profile_holds_nobody_up():
    of_r = replace(SEATS, used=10, profile="r")
    standing, python = Standing((), (of_r,), 0), [a_place(0)]
    assert list(turns(standing, NAIROBI, python, everybody, NOW)) == python
    free = replace(of_r, used=5)
    assert behind(Standing((), (free,), 0), NAIROBI, python).allowances == (free,)


def test_a_workshops_people_are_in_others_way_beyond_its_room_and_in_each_others_within_it():
    """Of five, two have room within the workshop, and its own limit lets four start at all."""
    own = replace(SEATS, scope=LimitScope.WORKSHOP, limit=4, used=0)
    theirs = Standing((), (replace(SEATS, limit=12), own), 0)
    rooms = Rooms({None: a_standing(0), 1: theirs}, dict.fromkeys(range(5), 1))
    line = [a_place(number) for number in range(6)]

    def in_the_way_of(workshop_id: int | None) -> list[int]:
        claims = Claims(NAIROBI, rooms)
        return [each.place_id for each in line if claims.add_seen_by(each, workshop_id)]

    assert in_the_way_of(None) == [2, 3, 5]
    assert in_the_way_of(1) == [0, 1, 2, 3, 5]


def test_people_are_told_what_is_in_use_not_what_is_wished_for():
    crowd = [a_place(number) for number in range(50)]
    left = behind(a_standing(2), NAIROBI, crowd).allowances[0]
    assert (left.used, left.left) == (10, 0)


def test_waiting_helps_only_where_others_will_make_room():
    def denied(code: Code = Code.QUOTA_AT_ONCE, asked: int = 1, **changes: object) -> Denied:
        return Denied(code, "nairobi", allowance=replace(SEATS, **changes), asked=asked)  # type: ignore[arg-type]

    assert may_wait(denied())
    assert not may_wait(denied(scope=LimitScope.PERSON))
    assert not may_wait(denied(asked=11))
    assert not may_wait(denied(Code.QUOTA_WINDOW, window=Window.MONTH))
    assert not may_wait(denied(Code.BUDGET_SPENT))
    assert not may_wait(Denied(Code.STORE_UNAVAILABLE))


def test_who_comes_before_is_told_apart_by_hub_and_server():
    line = [a_place(0), a_place(1), a_place(1, place_id=2, hub="other")]
    assert len(before(line, "test", ServerKey("person-1"))) == 1
    assert len(before(line, "other", ServerKey("person-1"))) == 2
    assert len(before(line, "test", ServerKey("somebody"))) == 3


def test_an_estimate_needs_some_turns_to_go_by():
    turns_taken = [NOW - minutes(30), NOW - minutes(20)]
    assert wait_ahead(0, turns_taken, NOW) is None
    turns_taken.append(NOW - minutes(10))
    assert wait_ahead(0, turns_taken, NOW) == minutes(10)
    assert wait_ahead(2, turns_taken, NOW) == minutes(30)
