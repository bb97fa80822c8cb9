"""A workshop in Nairobi as it goes on: who works, who cannot, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event

from catalyst_hub.core.attendance import Stage
from catalyst_hub.core.audit import HUB
from catalyst_hub.core.community import Identity, Role
from catalyst_hub.core.denial import Code, Denied, LimitScope
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.meeting import Meeting
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.session import EndReason, ServerKey, Session
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.warming import WARMER
from catalyst_hub.core.window import Window
from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_report import WorkshopReport, most_at_once, nearest_rank
from catalyst_hub.store import Store
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.note_denial import note_denial
from catalyst_hub.usecases.report_workshop import report_workshop
from catalyst_hub.usecases.show_live_workshop import LiveWorkshop, show_live_workshop
from catalyst_hub.usecases.wait_for_seat import wait_for_seat
from tests.support.databases import database_url, empty_database_url, postgresql_server
from tests.usecases.world import NAIROBI, NOON, POLICY, World

__all__ = ["database_url", "empty_database_url", "postgresql_server"]

TODAY = date(2026, 11, 21)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Taught(World):
    """With one workshop of today, from noon to four, and people who came for it."""

    def __init__(self, url: str) -> None:
        self.store = Store.open(url, "test")
        self.now = NOON - timedelta(hours=1)
        self.policy = POLICY
        self.sign_in("amina")
        self.workshop = self.do(self._schedule)

    def _schedule(self, uow: UnitOfWork) -> Workshop:
        meetings = (Meeting(TODAY, "12:00", "16:00"),)
        plan = Plan("Plants", TODAY, TODAY, meetings, seats=30)
        made = uow.workshops.add("nairobi", plan, "amina", self.now)
        terms = Terms(500, 7, workshop_id=made.workshop_id)
        self.invitation = uow.invitations.add("nairobi", "1" * 64, terms, "amina", self.now)
        return made

    def come(self, *names: str) -> None:
        """With the invitation."""

        def add(uow: UnitOfWork) -> None:
            for name in names:
                person = uow.people.by_name(name) or uow.people.add(
                    name, name.title(), Identity("demo", name), self.now - 9 * DAY
                )
                grant = Grant(Source.INVITATION, Role.MEMBER, self.now)
                uow.memberships.grant(person.person_id, "nairobi", grant)
                uow.invitations.take_seat(self.invitation.invitation_id, person.person_id, self.now)

        self.do(add)

    def limit(self, *limits: Limit) -> None:
        """Let these and no others be in the way."""
        communities = (replace(NAIROBI, limits=limits, budget=None),)
        self.policy = replace(self.policy, communities=communities)

    def wait(self, name: str) -> None:
        """Take a place in line."""
        key, options = ServerKey(name), {"community": "nairobi"}
        self.do(lambda uow: wait_for_seat(uow, self.policy, key, options, self.now))

    def refuse(self, name: str, code: Code = Code.QUOTA_AT_ONCE) -> bool:
        denied, key = Denied(code, "nairobi"), ServerKey(name)
        return self.do(lambda uow: note_denial(uow, self.policy, key, denied, self.now))

    def look(self) -> LiveWorkshop:
        number = self.workshop.workshop_id
        found = self.do(lambda uow: show_live_workshop(uow, self.policy, number, "amina", self.now))
        assert found is not None
        return found

    def stages(self) -> dict[str, Stage]:
        return {each.attendee.person.name: each.stage for each in self.look().learners}

    def report(self) -> WorkshopReport:
        number = self.workshop.workshop_id
        found = self.do(lambda uow: report_workshop(uow, self.policy, number, self.now))
        assert found is not None
        return found


@pytest.fixture
def taught(database_url: str) -> Iterator[Taught]:
    taught = Taught(database_url)
    yield taught
    taught.close()


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that the database was asked meanwhile."""
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    engine = store._database.writer
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


# --- live ---


def test_everybody_is_told_apart_by_how_they_fare(taught: Taught) -> None:
    names = ("starts", "works", "waits", "denied", "failed", "stopped", "away", "looks", "died")
    taught.come(*names)
    taught.limit()
    taught.now = NOON
    for name in ("works", "stopped", "died"):
        taught.start(name, community="nairobi")
    taught.stop("stopped")
    taught.stop("died", alive_at=taught.now)
    taught.reserve("failed", community="nairobi")
    taught.stop("failed")
    taught.reserve("starts", community="nairobi")
    assert taught.refuse("denied", Code.MAINTENANCE)
    taught.wait("waits")
    taught.sign_in("looks")
    assert taught.stages() == {
        "denied": Stage.DENIED,
        "failed": Stage.FAILED,
        "died": Stage.DIED,
        "waits": Stage.WAITING,
        "away": Stage.ABSENT,
        "looks": Stage.SIGNED_IN,
        "stopped": Stage.STOPPED,
        "starts": Stage.STARTING,
        "works": Stage.STARTED,
    }
    live = taught.look()
    assert [each.attendee.person.name for each in live.learners][:4] == [
        "denied",
        "failed",
        "died",
        "waits",
    ]
    assert (live.started, live.starting, live.stuck) == (1, 1, 4)
    assert live.learners[0].code is Code.MAINTENANCE
    assert live.learners[3].place == 1


def test_whose_start_does_not_come_to_an_end_is_stuck(taught: Taught) -> None:
    taught.come("kofi", "zoe")
    taught.now = NOON
    taught.reserve("zoe", community="nairobi")
    taught.later(minutes=3)
    assert taught.stages()["zoe"] is Stage.STARTING
    taught.later(seconds=1)
    assert taught.stages()["zoe"] is Stage.SLOW
    live = taught.look()
    assert live.learners[0].attendee.person.name == "zoe"
    assert (live.starting, live.stuck) == (0, 1)
    taught.open("zoe")
    assert taught.stages()["zoe"] is Stage.STARTED


def test_a_start_after_a_refusal_is_what_counts(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    taught.refuse("kofi")
    taught.now += MINUTE
    taught.start("kofi", community="nairobi")
    assert taught.stages() == {"kofi": Stage.STARTED}
    taught.now += MINUTE
    taught.stop("kofi")
    taught.now += MINUTE
    taught.refuse("kofi")
    assert taught.stages() == {"kofi": Stage.DENIED}


def test_what_went_wrong_yesterday_is_forgotten_on_the_page(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    taught.refuse("kofi")
    taught.now += DAY
    assert taught.stages() == {"kofi": Stage.ABSENT}


def test_a_server_that_was_warmed_is_ready_until_somebody_is_in_it(taught: Taught) -> None:
    taught.come("kofi")
    request = AdmissionRequest(ServerKey("kofi"), {"community": "nairobi"}, HUB)
    made = taught.do(lambda uow: admit_session(uow, taught.policy, request, taught.now))
    assert isinstance(made, Session)
    taught.open("kofi")
    assert taught.stages() == {"kofi": Stage.READY}
    assert taught.report().came == 0
    taught.later(minutes=30)
    taught.observe(taught.hub_says(taught.ready("kofi", community="nairobi")))
    assert taught.stages() == {"kofi": Stage.STARTED}
    assert taught.report().came == 1


def test_who_was_taken_out_or_never_came_is_not_on_the_page(taught: Taught) -> None:
    taught.come("kofi", "bo")
    taught.sign_in("lucia")
    taught.do(lambda uow: uow.memberships.remove(_id(uow, "bo"), "nairobi", "amina", taught.now))
    assert set(taught.stages()) == {"kofi"}
    assert taught.report().registered == 2


def _id(uow: UnitOfWork, name: str) -> int:
    person = uow.people.by_name(name)
    assert person is not None
    return person.person_id


def test_seats_left_are_those_of_the_nearest_limit(taught: Taught) -> None:
    taught.come("kofi", "bo")
    taught.now = NOON
    assert taught.look().seats_left == 30, "each of its people has room beyond what all share"
    taught.start("kofi", community="nairobi")
    assert taught.look().seats_left == 29
    taught.limit(Limit(LimitScope.WORKSHOP, Unit.SERVERS, Window.AT_ONCE, 3))
    assert taught.look().seats_left == 2
    taught.limit()
    assert taught.look().seats_left == 29


def test_spend_grows_while_servers_run_and_stays_when_they_stop(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    taught.start("kofi", community="nairobi")
    taught.later(minutes=30)
    spent = taught.look().micros
    assert spent == 30_000_000
    taught.stop("kofi")
    taught.later(hours=1)
    assert taught.look().micros == spent
    assert taught.report().usage.micros == spent


def test_looking_asks_the_store_as_often_for_two_hundred_as_for_two(taught: Taught) -> None:
    taught.limit()
    taught.come("kofi", "bo")
    with counted(taught.store) as for_two:
        taught.look()
    many = [f"person-{number}" for number in range(200)]
    taught.come(*many)
    taught.now = NOON
    for name in many[:60]:
        taught.reserve(name, community="nairobi")
    for name in many[60:80]:
        taught.refuse(name)
    with counted(taught.store) as for_all:
        assert len(taught.look().learners) == 202
    assert len(for_all) == len(for_two)


# --- denials ---


def test_only_people_of_a_workshop_that_runs_are_noted(taught: Taught) -> None:
    taught.come("kofi")
    taught.sign_in("lucia")
    assert taught.refuse("kofi")
    assert not taught.refuse("lucia")
    assert not taught.refuse("nobody")
    taught.now += DAY
    assert not taught.refuse("kofi")
    assert taught.report().failures == {"quota-at-once": 1}


def test_who_presses_again_and_again_is_noted_once_a_minute(taught: Taught) -> None:
    taught.come("kofi")
    for _ in range(5):
        taught.refuse("kofi")
        taught.later(seconds=10)
    assert taught.report().failures == {"quota-at-once": 1}
    taught.later(minutes=1)
    taught.refuse("kofi")
    taught.refuse("kofi", Code.MAINTENANCE)
    assert taught.report().failures == {"quota-at-once": 2, "maintenance": 1}


# --- report ---


def test_a_report_counts_people_hours_and_money(taught: Taught) -> None:
    taught.come("kofi", "bo", "away")
    taught.now = NOON
    for name, wait in (("kofi", 10), ("bo", 40)):
        taught.reserve(name, community="nairobi")
        taught.later(seconds=wait)
        taught.open(name)
    taught.later(hours=1)
    for name in ("kofi", "bo"):
        taught.stop(name)
    report = taught.report()
    assert (report.registered, report.came, report.starts, report.peak) == (3, 2, 2, 2)
    assert (report.start_median_ms, report.start_p95_ms) == (10_000, 40_000)
    assert report.usage.server_ms == 2 * 3_600_000 + 40_000
    assert report.micros_per_person == report.usage.micros // 2
    assert not report.is_over
    assert report.came_back == {30: None, 60: None, 90: None}


def test_a_server_from_before_the_first_meeting_belongs_to_it(taught: Taught) -> None:
    taught.now -= DAY
    taught.come("kofi")
    taught.start("kofi", community="nairobi")
    taught.now = NOON
    report = taught.report()
    assert (report.came, report.starts) == (1, 1)
    taught.stop("kofi")


def test_who_came_back_is_told_when_the_days_are_over(taught: Taught) -> None:
    taught.come("kofi", "bo")
    taught.now = NOON
    for name in ("kofi", "bo"):
        taught.start(name, community="nairobi")
        taught.stop(name)
    taught.now += 10 * DAY
    taught.start("kofi", community="nairobi")
    taught.stop("kofi")
    taught.now += 35 * DAY
    taught.start("bo", community="nairobi")
    taught.stop("bo")
    assert taught.report().came_back == {30: 1, 60: None, 90: None}
    taught.now += 90 * DAY
    assert taught.report().came_back == {30: 1, 60: 2, 90: 2}


def test_who_was_only_warmed_for_the_next_workshop_has_not_come_back(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    taught.start("kofi", community="nairobi")
    taught.stop("kofi")
    taught.now += 10 * DAY
    request = AdmissionRequest(ServerKey("kofi"), {"community": "nairobi"}, WARMER)
    taught.do(lambda uow: admit_session(uow, taught.policy, request, taught.now))
    assert taught.open("kofi")
    taught.later(minutes=30)
    taught.stop("kofi")
    taught.now += 30 * DAY
    assert taught.report().came_back[30] == 0


def test_a_report_stays_whole_when_its_people_are_erased(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    taught.refuse("kofi")
    taught.later(minutes=1)
    taught.start("kofi", community="nairobi")
    taught.later(hours=1)
    taught.stop("kofi")
    before = taught.report()

    def erase(uow: UnitOfWork) -> None:
        person = uow.people.by_name("kofi")
        assert person is not None
        uow.personal_data.erase(person, "erased:x", taught.now)

    taught.do(erase)
    assert taught.report() == before
    assert taught.look().learners == ()


def test_starts_that_fail_and_servers_that_die_are_failures(taught: Taught) -> None:
    taught.come("kofi", "bo")
    taught.now = NOON
    taught.reserve("kofi", community="nairobi")
    taught.stop("kofi")
    taught.start("bo", community="nairobi")
    taught.later(minutes=5)
    ended = taught.stop("bo", alive_at=taught.now - MINUTE)
    assert ended is not None
    assert ended.end_reason is EndReason.LOST
    assert taught.report().failures == {"never-started": 1, "died": 1}


def test_failures_are_told_by_what_they_failed_of_the_most_frequent_first(taught: Taught) -> None:
    causes = {
        "kofi": EndReason.CALLED_OFF,
        "bo": EndReason.NO_IMAGE,
        "ama": EndReason.NO_IMAGE,
        "efe": EndReason.NO_ANSWER,
        "gil": EndReason.OUT_OF_MEMORY,
    }
    taught.come(*causes)
    taught.limit()
    taught.now = NOON
    for name in causes:
        taught.reserve(name, community="nairobi")
    for name in ("efe", "gil"):
        taught.open(name)
    for name, cause in causes.items():
        taught.stop(name, cause=cause)
    failures = {"no-image": 2, "called-off": 1, "no-answer": 1, "out-of-memory": 1}
    assert taught.report().failures == failures
    assert next(iter(taught.report().failures)) == "no-image"
    stages = taught.stages()
    # It ran for as long as it was waited for, and is told as the start that it was.
    assert stages["efe"] is stages["bo"] is Stage.FAILED
    assert stages["gil"] is Stage.DIED


@pytest.mark.parametrize(
    ("values", "percent", "found"),
    [([], 50, None), ([7], 95, 7), ([1, 2], 50, 1), (list(range(1, 101)), 95, 95)],
)
def test_a_percentile_is_one_of_the_values(
    values: list[int], percent: int, found: int | None
) -> None:
    assert nearest_rank(values, percent) == found


def test_the_peak_does_not_count_one_that_ends_when_another_begins(taught: Taught) -> None:
    taught.come("kofi")
    taught.now = NOON
    first = taught.start("kofi", community="nairobi")
    end = first.reserved_at + 5 * MINUTE
    one, other = replace(first, ended_at=end), replace(first, running_at=end)
    assert most_at_once([one, other], end + MINUTE) == 1
    assert most_at_once([first, other], end + MINUTE) == 2
    assert most_at_once([], end) == 0
