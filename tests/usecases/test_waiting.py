"""Three seats in Nairobi, and more people than that: places in line, turns, held seats."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from catalyst_hub.core.denial import Code, Denied, LimitScope
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.session import ServerKey, Session
from catalyst_hub.core.turn import may_wait
from catalyst_hub.core.waiting import MOST_PLACES, WaitingPlace
from catalyst_hub.core.window import Window
from catalyst_hub.usecases.call_next import call_next
from catalyst_hub.usecases.leave_line import leave_line
from catalyst_hub.usecases.let_pass import let_pass
from catalyst_hub.usecases.list_waiting import list_waiting
from catalyst_hub.usecases.offer_profiles import offer_profiles
from catalyst_hub.usecases.show_waiting import Waiting, show_waiting
from catalyst_hub.usecases.wait_for_seat import wait_for_seat
from tests.usecases.workshops import a_workshop, at, register
from tests.usecases.world import NAIROBI, POLICY, World

SEATS = 3


class Line:
    """What people, the Hub and champions do about seats."""

    def __init__(self, world: World) -> None:
        self.world = world
        for name in ("kofi", "lucia", "amina"):
            world.sign_in(name)

    def ask(self, user: str, server: str = "", **options: str) -> Session | Denied:
        """Press start; whoever may wait does."""
        options = {"community": "nairobi"} | options
        answer = self.world.admit(user, server, **options)
        if isinstance(answer, Denied) and may_wait(answer):
            self.wait(user, server, **options)
        return answer

    def wait(self, user: str, server: str = "", **options: str) -> WaitingPlace | None:
        world, key = self.world, ServerKey(user, server)
        return world.do(lambda uow: wait_for_seat(uow, world.policy, key, options, world.now))

    def call(self) -> Sequence[str]:
        """For whom a seat is held, once the Hub has looked."""
        world = self.world
        called = world.do(lambda uow: call_next(uow, world.policy, "nairobi", world.now))
        return [place.key.server_name for place in called]

    def look(self, user: str, server: str = "") -> Waiting | None:
        world, key = self.world, ServerKey(user, server)
        return world.do(lambda uow: show_waiting(uow, world.policy, key, world.now))

    def line(self) -> Sequence[str]:
        world = self.world
        rows = world.do(lambda uow: list_waiting(uow, world.policy, "nairobi", world.now))
        return [row.place.key.server_name for row in rows]

    def is_admitted(self, user: str, server: str = "", **options: str) -> bool:
        options = {"community": "nairobi"} | options
        return isinstance(self.world.admit(user, server, **options), Session)


@pytest.fixture
def line(world: World) -> Line:
    """All seats are taken by kofi's servers 0, 1 and 2."""
    line = Line(world)
    for server in range(SEATS):
        world.start("kofi", str(server), community="nairobi")
    return line


def test_who_finds_no_seat_waits_in_the_order_in_which_they_came(line: Line) -> None:
    for server in ("a", "b", "c"):
        assert isinstance(line.ask("lucia", server), Denied)
    assert line.line() == ["a", "b", "c"]
    stands = [view.before for s in "abc" if (view := line.look("lucia", s))]
    assert stands == [0, 1, 2]


def test_nobody_takes_a_free_seat_past_the_line(line: Line) -> None:
    line.ask("lucia", "a")
    line.world.stop("kofi", "0")
    answer = line.world.admit("amina", community="nairobi")
    assert isinstance(answer, Denied)
    assert answer.code is Code.QUOTA_AT_ONCE
    assert line.is_admitted("lucia", "a")
    assert line.line() == []


def test_the_picker_shows_nobody_else_the_seat_of_the_line(line: Line) -> None:
    line.ask("lucia")
    line.world.stop("kofi", "0")

    def seats(user: str) -> int:
        world = line.world
        offers = world.do(lambda uow: offer_profiles(uow, world.policy, user, None, world.now))
        nairobi = next(c for c in offers.communities if c.community == "nairobi")
        return next(a.left for a in nairobi.allowances if a.unit is Unit.SERVERS)

    assert (seats("amina"), seats("lucia")) == (0, 1)


def test_a_free_seat_is_held_for_whose_turn_it_is_and_for_nobody_else(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    assert line.call() == []
    line.world.stop("kofi", "0")
    assert line.call() == ["a"]
    assert line.call() == ["a"]
    assert not line.is_admitted("lucia", "b")
    assert line.is_admitted("lucia", "a")


def test_as_many_are_called_as_there_are_seats(line: Line) -> None:
    for server in ("a", "b", "c"):
        line.ask("lucia", server)
    line.world.stop("kofi", "0")
    line.world.stop("kofi", "1")
    assert line.call() == ["a", "b"]
    # Whoever of them comes first starts first, and takes nothing from the other.
    assert line.is_admitted("lucia", "b")
    assert not line.is_admitted("lucia", "c")
    assert line.is_admitted("lucia", "a")


def test_a_seat_that_nobody_comes_for_goes_to_the_next(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    line.world.stop("kofi", "0")
    line.call()
    line.world.later(minutes=1, seconds=59)
    assert line.call() == ["a"]
    line.world.later(seconds=1)
    assert line.call() == ["b"]


def test_who_comes_back_after_a_missed_turn_is_first_again(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    line.world.stop("kofi", "0")
    line.call()
    line.world.later(minutes=3)
    assert line.line() == ["b"]
    back = line.look("lucia", "a")
    assert back is not None
    assert back.before == 0
    assert line.call() == ["a"]


def test_a_place_is_kept_for_who_looks_and_given_up_for_who_does_not(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    line.world.later(minutes=9)
    line.look("lucia", "b")
    line.world.later(minutes=2)
    line.call()
    assert line.line() == ["b"]
    assert line.look("lucia", "a") is None
    outcomes = line.world.rows("SELECT outcome FROM waiting_places ORDER BY place_id")
    assert outcomes == [("gone",), (None,)]


def test_a_place_that_is_given_up_holds_no_seat_even_before_anybody_has_noticed(line: Line) -> None:
    line.ask("lucia", "a")
    line.world.stop("kofi", "0")
    line.world.later(minutes=11)
    assert line.is_admitted("amina")


def test_who_asks_again_stays_where_they_are_with_their_new_choice(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    line.ask("lucia", "a", size="large")
    assert line.line() == ["a", "b"]
    view = line.look("lucia", "a")
    assert view is not None
    assert view.place.options["size"] == "large"


def test_who_leaves_gives_place_and_seat_back_at_once(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    line.world.stop("kofi", "0")
    line.call()
    world = line.world
    assert world.do(lambda uow: leave_line(uow, ServerKey("lucia", "a"), world.now))
    assert line.call() == ["b"]
    assert not world.do(lambda uow: leave_line(uow, ServerKey("lucia", "a"), world.now))


def test_a_champion_lets_somebody_pass_everybody_without_a_seat(line: Line) -> None:
    for server in ("a", "b", "c"):
        line.ask("lucia", server)
    line.world.stop("kofi", "0")
    line.call()
    view, world = line.look("lucia", "c"), line.world
    assert view is not None
    place = view.place.place_id
    assert world.do(lambda uow: let_pass(uow, "nairobi", place, "amina", world.now))
    assert line.line() == ["a", "c", "b"]
    assert world.audited()[-1] == "place:let-pass"
    assert not world.do(lambda uow: let_pass(uow, "nairobi", place, "amina", world.now))
    assert not world.do(lambda uow: let_pass(uow, "cordoba", place, "joao", world.now))


def _one_server_each(line: Line) -> None:
    limits = (*NAIROBI.limits, Limit(LimitScope.PERSON, Unit.SERVERS, Window.AT_ONCE, 1))
    nairobi = replace(NAIROBI, limits=limits)
    line.world.policy = replace(POLICY, communities=(nairobi, *POLICY.communities[1:]))


def test_who_has_reached_a_limit_of_their_own_is_told_and_does_not_wait(line: Line) -> None:
    _one_server_each(line)
    line.world.stop("kofi", "0")
    line.world.start("lucia", "a", community="nairobi")
    line.world.stop("kofi", "1")
    assert isinstance(line.ask("lucia", "b"), Denied)
    assert line.line() == []


def test_who_has_reached_a_limit_of_their_own_waits_for_no_seat_of_all_either(line: Line) -> None:
    _one_server_each(line)
    line.world.stop("kofi", "0")
    line.world.start("lucia", "a", community="nairobi")
    answer = line.ask("lucia", "b")
    assert isinstance(answer, Denied)
    assert answer.allowance is not None
    assert answer.allowance.scope is LimitScope.PERSON, "whatever the file says first"
    assert line.line() == []


def test_who_cannot_start_whatever_is_free_holds_nobody_up(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("amina", "b")
    line.world.stop("kofi", "0")
    lucia = _id(line.world, "lucia")
    line.world.do(lambda uow: uow.memberships.remove(lucia, "nairobi", "amina", line.world.now))
    assert line.call() == ["b"]
    view = line.look("lucia", "a")
    assert view is not None
    assert view.in_the_way is not None


def test_one_person_cannot_fill_the_line_with_servers(line: Line) -> None:
    for server in map(str, range(MOST_PLACES + 2)):
        line.ask("lucia", server)
    assert len(line.line()) == MOST_PLACES
    assert isinstance(line.ask("lucia", "0"), Denied)
    line.ask("amina", "b")
    assert line.line()[-1] == "b"


def test_an_estimate_is_what_the_line_did_lately_or_nothing(line: Line) -> None:
    for server in range(4):
        line.ask("lucia", f"w{server}")
    line.ask("amina")
    view = line.look("amina")
    assert view is not None
    assert (view.before, view.estimate) == (4, None)
    for server in range(3):
        line.world.later(minutes=5)
        for waiting in line.line():
            line.look("lucia" if waiting else "amina", waiting)
        line.world.stop("kofi", str(server))
        line.call()
        assert line.is_admitted("lucia", f"w{server}")
    line.world.later(minutes=5)
    view = line.look("amina")
    assert view is not None
    # Three turns in a quarter of an hour, and one person before her.
    assert view.estimate is not None
    assert (view.before, view.estimate.total_seconds() / 60) == (1, 10)


def test_hubs_that_share_a_database_share_the_line(line: Line) -> None:
    line.ask("lucia", "a")
    world = line.world
    world.do(lambda uow: uow._connection.exec_driver_sql("UPDATE waiting_places SET hub = 'other'"))
    world.stop("kofi", "0")
    assert not line.is_admitted("amina")
    # It is called, and its own hub starts it.
    assert line.call() == []
    assert world.rows("SELECT seat_until IS NOT NULL FROM waiting_places") == [(1,)]


def test_whoever_starts_elsewhere_waits_no_longer(line: Line) -> None:
    line.ask("lucia", "a")
    line.ask("lucia", "b")
    assert line.is_admitted("lucia", "a", community="cordoba")
    assert line.line() == ["b"]


def test_a_place_at_another_hub_is_not_ones_own(line: Line) -> None:
    line.ask("lucia", "a")
    world = line.world
    world.do(lambda uow: uow._connection.exec_driver_sql("UPDATE waiting_places SET hub = 'other'"))
    world.stop("kofi", "0")
    world.stop("kofi", "1")
    assert line.is_admitted("lucia", "a")
    assert world.rows("SELECT over_at FROM waiting_places") == [(None,)]


def test_waiting_is_audited_from_end_to_end(line: Line) -> None:
    line.ask("lucia")
    line.world.stop("kofi", "0")
    line.call()
    line.is_admitted("lucia")
    assert [a for a in line.world.audited() if a.startswith("place:")] == [
        "place:taken", "place:called", "place:over",
    ]  # fmt: skip


def _id(world: World, name: str) -> int:
    person = world.do(lambda uow: uow.people.by_name(name))
    assert person is not None
    return person.person_id


@pytest.fixture
def coast(world: World) -> Iterator[Line]:
    """At another hub, which shares the database."""
    elsewhere = World(world.url, "coast")
    yield Line(elsewhere)
    elsewhere.close()


@pytest.fixture
def lesson(line: Line) -> Line:
    """All that everybody shares is taken, and the one seat of a workshop as well, by bo; dayo and
    efua take part in it."""
    workshop = a_workshop(line.world, ("2026-11-21", "11:00", "15:00"), seats=1)
    register(line.world, workshop, ["bo", "dayo", "efua"])
    assert line.is_admitted("bo", "bo")
    line.world.open("bo", "bo")
    return line


def test_the_seat_of_a_workshop_calls_its_people_past_whoever_cannot_have_it(lesson: Line) -> None:
    for name in ("lucia", "dayo", "efua"):
        assert isinstance(lesson.ask(name, name), Denied)
    assert lesson.call() == []
    lesson.world.stop("bo", "bo")
    assert lesson.call() == ["dayo"]
    assert not lesson.is_admitted("lucia", "lucia")
    assert not lesson.is_admitted("efua", "efua")
    assert lesson.is_admitted("dayo", "dayo")
    assert lesson.line() == ["lucia", "efua"]


def test_who_is_called_to_a_workshops_seat_takes_none_from_others(lesson: Line) -> None:
    for name in ("lucia", "dayo"):
        lesson.ask(name, name)
    lesson.world.stop("bo", "bo")
    lesson.world.stop("kofi", "0")
    assert lesson.call() == ["lucia", "dayo"]
    assert lesson.is_admitted("lucia", "lucia")
    assert lesson.is_admitted("dayo", "dayo")


def test_who_has_a_workshops_seat_is_before_its_people_alone(lesson: Line) -> None:
    for name in ("dayo", "lucia", "efua"):
        lesson.ask(name, name)

    def before() -> list[int]:
        views = (lesson.look(name, name) for name in ("dayo", "lucia", "efua"))
        return [view.before for view in views if view]

    # Of the workshop's own room nothing is left: all of them wait for what everybody shares.
    assert before() == [0, 1, 2]
    lesson.world.stop("bo", "bo")
    assert lesson.call() == ["dayo"]
    assert before() == [0, 0, 2]


def test_what_a_workshop_has_no_room_for_goes_by_the_line_of_everybody(lesson: Line) -> None:
    for name in ("dayo", "lucia", "efua"):
        lesson.ask(name, name)
    lesson.world.stop("kofi", "0")
    assert lesson.call() == ["dayo"]
    lesson.world.stop("bo", "bo")
    # Dayo's is that of the workshop now; the one of everybody's is for who came next.
    assert lesson.call() == ["dayo", "lucia"]


def test_who_waits_longer_at_another_hub_comes_first(line: Line, coast: Line) -> None:
    coast.ask("amina", "amina")
    line.ask("lucia", "lucia")
    line.world.stop("kofi", "0")
    assert line.call() == []
    assert not line.is_admitted("lucia", "lucia")
    assert coast.is_admitted("amina", "amina")


def test_the_seat_of_a_workshop_of_another_hub_is_its_peoples_in_the_eyes_of_both(
    line: Line, coast: Line
) -> None:
    there = a_workshop(coast.world, ("2026-11-21", "11:00", "15:00"), seats=1)
    register(coast.world, there, ["bo", "efua"])
    assert coast.is_admitted("bo", "bo")
    coast.ask("efua", "efua")
    line.ask("lucia", "lucia")
    coast.world.stop("bo", "bo")
    line.world.stop("kofi", "0")
    assert (line.call(), coast.call()) == (["lucia"], ["efua"])
    assert line.is_admitted("lucia", "lucia")
    assert coast.is_admitted("efua", "efua")


def test_the_seat_of_a_workshop_is_its_peoples_from_its_warming_before_midnight_on(
    line: Line,
) -> None:
    world = line.world
    world.policy = replace(POLICY, communities=(replace(NAIROBI, budget=None),))
    register(world, a_workshop(world, ("2026-11-22", "00:10", "02:00"), seats=1), ["bo", "dayo"])
    world.now = at("2026-11-21T23:55+03:00")
    assert line.is_admitted("bo", "bo")
    for name in ("lucia", "dayo"):
        line.ask(name, name)
    world.stop("bo", "bo")
    assert line.call() == ["dayo"]
    assert line.is_admitted("dayo", "dayo")


def test_after_the_workshop_its_people_wait_like_everybody(lesson: Line) -> None:
    for name in ("lucia", "dayo"):
        lesson.ask(name, name)
    lesson.world.later(hours=3, minutes=1)
    for name in ("lucia", "dayo"):
        lesson.look(name, name)
    lesson.world.stop("bo", "bo")
    assert lesson.call() == []


@pytest.fixture
def full_course(world: World) -> Line:
    """A workshop may have two servers at once, which bo has; six seats are free for everybody
    else. It is of this day, and takes place in the evening."""
    line = Line(world)
    limits = (
        Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 8),
        Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 2),
    )
    nairobi = replace(NAIROBI, limits=limits, budget=None)
    world.policy = replace(POLICY, communities=(nairobi,))
    workshop = a_workshop(world, ("2026-11-21", "18:00", "20:00"), seats=5)
    register(world, workshop, ["bo", "dayo", "efua"])
    for server in ("0", "1"):
        world.start("bo", server)
    return line


def test_whom_the_limit_of_a_workshop_refuses_waits_for_one_of_its_people(
    full_course: Line,
) -> None:
    for name in ("dayo", "efua"):
        denied = full_course.ask(name, name)
        assert isinstance(denied, Denied)
        assert denied.allowance is not None
        assert denied.allowance.scope is LimitScope.WORKSHOP
    assert full_course.line() == ["dayo", "efua"]
    view = full_course.look("dayo", "dayo")
    assert view is not None
    assert (view.workshop, view.in_the_way) == ("Plants", None)
    assert full_course.call() == []
    full_course.world.stop("bo", "0")
    assert not full_course.is_admitted("bo", "0")
    assert full_course.call() == ["dayo"]
    assert not full_course.is_admitted("efua", "efua")
    full_course.world.later(minutes=2)
    assert full_course.call() == ["efua"]
    assert full_course.is_admitted("efua", "efua")


def test_only_those_of_the_workshop_are_before_whoever_waits_for_a_seat_of_it(
    full_course: Line,
) -> None:
    for server in map(str, range(6)):
        full_course.world.start("kofi", server)
    for server in ("a", "b", "c"):
        full_course.ask("kofi", server)
    for name in ("lucia", "dayo", "amina", "efua"):
        full_course.ask(name, name)
    for server, waiting in zip("012", "abc", strict=True):
        full_course.world.later(minutes=2)
        full_course.world.stop("kofi", server)
        full_course.call()
        assert full_course.is_admitted("kofi", waiting)
    # All that all share is not what keeps dayo from starting now: a seat of it is held for lucia.
    full_course.world.stop("kofi", "a")
    assert full_course.call() == ["lucia"]
    views = {name: full_course.look(name, name) for name in ("lucia", "dayo", "amina", "efua")}
    assert {name: view.before for name, view in views.items() if view} == {
        "lucia": 0,
        "dayo": 0,
        # Dayo would take nothing from her: a seat of all that all share is of no use to him.
        "amina": 1,
        "efua": 1,
    }
    # How fast others got what everybody shares says nothing of it.
    assert [name for name, view in views.items() if view and view.estimate] == ["lucia", "amina"]


def test_who_waits_for_a_seat_of_the_workshop_leaves_what_all_share_to_others(
    full_course: Line,
) -> None:
    for name in ("dayo", "efua"):
        full_course.ask(name, name)
    for server in map(str, range(6)):
        assert full_course.is_admitted("kofi", server)
    # Now the community has no seat either: who came first has the first that is free of both.
    full_course.ask("lucia", "lucia")
    full_course.world.stop("bo", "0")
    assert full_course.call() == ["dayo"]
    full_course.world.stop("kofi", "0")
    assert full_course.call() == ["dayo", "lucia"]


def test_the_seats_of_a_workshop_that_is_on_are_waited_for_within_its_limit(
    full_course: Line,
) -> None:
    full_course.world.now = at("2026-11-21T18:30+03:00")
    full_course.ask("dayo", "dayo")
    assert full_course.line() == ["dayo"]
    full_course.world.stop("bo", "0")
    assert full_course.call() == ["dayo"]
    assert not full_course.is_admitted("efua", "efua")
    assert full_course.is_admitted("dayo", "dayo")


def test_a_server_larger_than_the_limit_of_a_workshop_is_not_waited_for(full_course: Line) -> None:
    cpu = Limit(LimitScope.WORKSHOP, Unit.CPU, Window.AT_ONCE, 3000)
    [nairobi] = full_course.world.policy.communities
    nairobi = replace(nairobi, limits=(cpu,))
    full_course.world.policy = replace(POLICY, communities=(nairobi,))
    assert isinstance(full_course.ask("dayo", size="large"), Denied)
    assert full_course.line() == []


def test_who_says_nothing_of_what_to_start_waits_for_what_was_refused(line: Line) -> None:
    """What is marked for her while a workshop is on, and not what she started last elsewhere."""
    world = line.world
    world.start("lucia", community="cordoba")
    world.stop("lucia")
    register(world, a_workshop(world, ("2026-11-21", "11:00", "15:00"), seats=None), ["lucia"])
    denied = world.admit("lucia")
    assert isinstance(denied, Denied)
    assert denied.community == "nairobi"
    world.do(lambda uow: wait_for_seat(uow, world.policy, ServerKey("lucia"), {}, world.now))
    assert line.line() == [""]
