"""People who came for a workshop alone: told three times, spared when they stay, then gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from catalyst_hub.core.community import Identity, MembershipRule, Role
from catalyst_hub.core.denial import Code, Denied
from catalyst_hub.core.farewell import Farewell, Guest, Step, leaving
from catalyst_hub.core.grant import Grant, Source
from catalyst_hub.core.invitation import Terms
from catalyst_hub.core.phrase import WORKSHOP_ACCOUNTS
from catalyst_hub.core.policy import Provider
from catalyst_hub.core.session import ServerKey
from catalyst_hub.core.unit_of_work import Person, UnitOfWork
from catalyst_hub.core.workshop import Answer, Plan, Request, Workshop
from catalyst_hub.store import Store
from catalyst_hub.store.tables import audit, mails, people
from catalyst_hub.usecases.add_member import add_member
from catalyst_hub.usecases.admit_session import AdmissionRequest, admit_session
from catalyst_hub.usecases.answer_request import answer_request
from catalyst_hub.usecases.begin_departure import begin_departure
from catalyst_hub.usecases.find_orphans import find_orphans
from catalyst_hub.usecases.give_farewells import give_farewells
from catalyst_hub.usecases.keep_account import keep_account
from catalyst_hub.usecases.list_departures import list_departures
from catalyst_hub.usecases.redeem_invitation import redeem_invitation
from catalyst_hub.usecases.show_farewell import show_farewell
from tests.support.databases import database_url, empty_database_url, postgresql_server
from tests.usecases.world import NOON, POLICY, World

__all__ = ["database_url", "empty_database_url", "postgresql_server"]

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
#: Midnight in Nairobi, when the workshop of today is over.
END = datetime.fromisoformat("2026-11-21T21:00Z")
ACCOUNT = Provider("workshop", WORKSHOP_ACCOUNTS, {"": "Workshops"})


class After(World):
    """A workshop of today whose people go after thirty days, and whoever came for it."""

    def __init__(self, url: str) -> None:
        self.store = Store.open(url, "test")
        self.now = NOON
        self.policy = replace(POLICY, providers=(ACCOUNT,))
        self.sign_in("amina")
        self.workshop = self.schedule("Plants", 0)

    def schedule(
        self,
        title: str,
        days_ahead: int,
        clean_after_days: int | None = 30,
        request: Request | None = None,
    ) -> Workshop:
        day = TODAY + days_ahead * DAY
        plan = Plan(title, day, day, clean_after_days=clean_after_days)
        return self.do(
            lambda uow: uow.workshops.add("nairobi", plan, "amina", self.now, request=request)
        )

    def come(self, name: str, workshop: Workshop | None = None, provider: str = "workshop") -> int:
        """With an invitation for learners of a workshop."""
        number = (workshop or self.workshop).workshop_id
        return self.do(lambda uow: self._come(uow, name, number, provider))

    def _come(self, uow: UnitOfWork, name: str, number: int | None, provider: str) -> int:
        person = uow.people.by_name(name) or uow.people.add(
            name, name.title(), Identity(provider, name), self.now
        )
        kept = f"{name}-{number}".ljust(64)
        made = uow.invitations.add(
            "nairobi", kept, Terms(5, 7, workshop_id=number), "amina", self.now
        )
        uow.invitations.take_seat(made.invitation_id, person.person_id, self.now)
        grant = Grant(Source.INVITATION, Role.MEMBER, self.now)
        uow.memberships.grant(person.person_id, "nairobi", grant)
        return person.person_id

    def give(self) -> int:
        return self.do(lambda uow: give_farewells(uow, self.policy, self.now))

    def days_later(self, days: float) -> int:
        """So long after the end; how many notices are given then."""
        self.now = END + days * DAY
        return self.give()

    def tell_three_times(self) -> None:
        for days in (16, 23, 29):
            assert self.days_later(days)

    def goes_at(self, name: str) -> datetime | None:
        told = self.do(lambda uow: show_farewell(uow, self.policy, name, self.now))
        return told.goes_at if told else None

    def departures(self) -> list[str]:
        found = self.do(lambda uow: list_departures(uow, self.policy, self.now))
        return [each.guest.person.name for each in found]

    def begin(self, name: str) -> bool:
        number = self.workshop.workshop_id
        return self.do(lambda uow: begin_departure(uow, self.policy, number, name, self.now))

    def keep(self, name: str) -> bool:
        return self.do(lambda uow: keep_account(uow, name, self.now))

    def audit_of(self, action: str) -> int:
        rows = select(audit.c.audit_id).where(audit.c.action == action)
        return len(self.do(lambda uow: uow._connection.execute(rows).all()))


@pytest.fixture
def after(database_url: str) -> Iterator[After]:
    after = After(database_url)
    yield after
    after.close()


def test_whoever_came_for_it_alone_is_told_three_times_and_goes(after: After) -> None:
    after.come("ann")
    given = {days: after.days_later(days) for days in (0, 15, 16, 17, 22, 23, 28, 29, 29.5)}
    assert {days for days, count in given.items() if count} == {16, 23, 29}
    assert after.goes_at("ann") == END + 30 * DAY
    assert after.departures() == []
    after.now = END + 30 * DAY
    assert after.departures() == ["ann"]
    assert after.begin("ann")
    assert after.audit_of("farewell:given") == 3


def test_nobody_goes_where_people_stay(after: After) -> None:
    stays = after.schedule("Stones", 0, clean_after_days=None)
    after.come("ann", stays)
    assert after.days_later(400) == 0


def test_it_begins_when_the_workshop_is_over_however_short_the_time(after: After) -> None:
    soon = after.schedule("Soon", 0, clean_after_days=1)
    after.come("ann", soon)
    after.now = END - timedelta(seconds=1)
    assert after.give() == 0
    assert after.days_later(0) == 1
    assert after.goes_at("ann") == END + 3 * DAY
    assert [after.days_later(days) for days in (0.9, 1, 1.9, 2)] == [0, 1, 0, 1]
    after.now = END + 2.9 * DAY
    assert after.departures() == []
    after.now = END + 3 * DAY
    assert after.departures() == ["ann"]


def test_a_process_that_was_away_for_long_still_tells_three_times(after: After) -> None:
    after.come("ann")
    assert after.days_later(100) == 1
    assert after.goes_at("ann") == END + 103 * DAY
    assert after.departures() == []
    assert [after.days_later(days) for days in (100.5, 101, 102)] == [0, 1, 1]
    assert after.departures() == []
    after.now = END + 103 * DAY
    assert after.departures() == ["ann"]


def test_whoever_stays_is_left_alone_for_ever(after: After) -> None:
    after.come("ann")
    assert not after.keep("ann")
    after.days_later(16)
    assert after.keep("ann")
    assert after.goes_at("ann") is None
    assert [after.days_later(days) for days in (23, 29, 40, 400)] == [0, 0, 0, 0]
    assert after.departures() == []
    assert not after.begin("ann")
    assert after.audit_of("farewell:kept") == 1


@pytest.mark.parametrize(
    "how", ["community", "by-hand", "identity", "teacher", "member", "later", "stays"]
)
def test_whoever_belongs_here_otherwise_is_no_guest(after: After, how: str) -> None:
    person_id = after.come("ann")
    after.days_later(16)
    assert after.goes_at("ann") is not None
    after.do(lambda uow: _belong(uow, after, person_id, how))
    assert after.goes_at("ann") is None
    assert after.days_later(60) == 0


def _belong(uow: UnitOfWork, after: After, person_id: int, how: str) -> None:
    grant = Grant(Source.MANUAL, Role.MEMBER, after.now)
    match how:
        case "community":
            uow.memberships.grant(person_id, "cordoba", replace(grant, source=Source.INVITATION))
        case "by-hand":
            uow.memberships.grant(person_id, "nairobi", grant)
        case "identity":
            uow.people._identify(Person(person_id, "ann", "", ""), Identity("demo", "x"), after.now)
        case "teacher":
            number = after.workshop.workshop_id
            uow.workshops.appoint(number, person_id, "amina", after.now)
        case "member":
            after._come(uow, "ann", None, "workshop")
        case _:
            # One to come, and one whose people stay though it was before.
            day = TODAY + (100 * DAY if how == "later" else -DAY)
            plan = Plan("Other", day, day, clean_after_days=1 if how == "later" else None)
            other = uow.workshops.add("nairobi", plan, "amina", after.now)
            after._come(uow, "ann", other.workshop_id, "workshop")


def test_whoever_has_an_account_elsewhere_is_no_guest(after: After) -> None:
    after.come("ann", provider="demo")
    assert after.days_later(60) == 0


@pytest.mark.parametrize(("days", "goes"), [(3, 30), (12, 32)])
def test_of_two_workshops_the_one_that_keeps_people_longest_decides(
    after: After, days: int, goes: int
) -> None:
    """What was promised after one of them is not taken back by the other."""
    later = after.schedule("Later", 20, clean_after_days=days)
    after.come("ann")
    after.come("ann", later)
    assert [after.days_later(days) for days in (16, 18, 20)] == [0, 0, 1]
    assert after.goes_at("ann") == END + goes * DAY


def test_whoever_also_came_for_one_that_was_called_off_is_told_three_times_in_all(
    after: After,
) -> None:
    off = after.schedule("Off", 1)
    after.come("ann")
    after.come("ann", off)
    after.do(lambda uow: uow.workshops.cancel(off.workshop_id, after.now))
    assert sum(after.days_later(days) for days in range(60)) == 3
    assert after.departures() == ["ann"]


def test_of_one_that_was_called_off_the_days_count_from_then_on(after: After) -> None:
    """Nobody waits for the end of what does not take place."""
    far = after.schedule("Far", 300)
    after.come("ann", far)
    assert after.days_later(1) == 0
    after.do(lambda uow: uow.workshops.cancel(far.workshop_id, END + DAY))
    assert [after.days_later(days) for days in (16, 17, 24, 30)] == [0, 1, 1, 1]
    assert after.departures() == []
    after.days_later(31)
    assert after.departures() == ["ann"]
    after.days_later(32)
    found = after.do(lambda uow: find_orphans(uow, after.policy, (), after.now))
    assert [(each.user_name, each.since) for each in found] == [("ann", END + 31 * DAY)]


def test_what_came_to_nothing_is_told_apart_from_what_took_place(after: After) -> None:
    off, late = after.schedule("Off", 3), after.schedule("Late", 0)
    asked = Request(after.now, "many people")
    after.come("dan", after.schedule("Unanswered", 0, request=asked))
    declined = replace(asked, answer=Answer.DECLINED, answered_by="root", answered_at=after.now)
    after.come("eve", after.schedule("Declined", 0, request=declined))
    granted = replace(declined, answer=Answer.GRANTED)
    after.come("fay", after.schedule("Granted", 0, request=granted))
    after.come("ann")
    after.come("ben", off)
    after.come("cleo", late)
    address = update(people).values(email="somebody@example.org")
    after.do(lambda uow: uow._connection.execute(address))
    after.do(lambda uow: uow.workshops.cancel(off.workshop_id, END + DAY))
    # What has taken place is over, whoever calls it off afterwards.
    after.do(lambda uow: uow.workshops.cancel(late.workshop_id, END + DAY))
    assert after.days_later(17) == 6
    found = select(mails.c.facts).order_by(mails.c.mail_id)
    told = after.do(lambda uow: uow._connection.execute(found).scalars().all())
    assert {facts["workshop"]: facts["became"] for facts in told} == {
        "Plants": "over",
        "Off": "cancelled",
        "Late": "over",
        "Unanswered": "declined",
        "Declined": "declined",
        "Granted": "over",
    }


def test_whoever_was_invited_to_no_workshop_stays(after: After) -> None:
    after.do(lambda uow: after._come(uow, "ann", None, "workshop"))
    assert [after.days_later(days) for days in (1, 60, 600)] == [0, 0, 0]
    after.come("ann")
    assert after.days_later(700) == 0


def test_a_class_is_looked_at_in_as_many_statements_as_one_person(after: After) -> None:
    said: list[str] = []
    after.now = END + DAY
    event.listen(
        after.store._database.writer, "before_cursor_execute", lambda *a: said.append(a[2])
    )
    counts = []
    for name in ("ann", "ben", "cai"):
        after.come(name)
        said.clear()
        assert after.departures() == []
        counts.append(len(said))
    assert len(set(counts)) == 1


def test_nobody_goes_while_a_server_of_theirs_runs(after: After) -> None:
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    after.start("ann", community="nairobi")
    assert not after.begin("ann")
    after.stop("ann")
    assert after.begin("ann")


def test_what_has_begun_goes_on_and_is_not_called_off(after: After) -> None:
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.begin("ann")
    assert not after.keep("ann")
    assert after.departures() == ["ann"]
    assert after.begin("ann")
    assert after.audit_of("farewell:begun") == 1


def test_nothing_starts_from_when_the_removal_has_begun(after: After) -> None:
    after.come("ann")
    after.come("ben")
    after.tell_three_times()
    after.now = END + 30 * DAY
    after.start("ann", community="nairobi")
    after.stop("ann")
    assert after.begin("ann")
    refused = after.admit("ann", community="nairobi")
    assert isinstance(refused, Denied)
    assert (refused.code, refused.status) == (Code.BEING_REMOVED, 403)
    after.start("ben", community="nairobi")


def test_nothing_begins_while_a_start_is_under_way(after: After) -> None:
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    after.reserve("ann", community="nairobi")
    assert not after.begin("ann")
    assert after.audit_of("farewell:begun") == 0


def test_of_a_start_and_a_removal_at_once_there_is_one(after: After, database_url: str) -> None:
    """The start comes while the removal is not written yet, from another connection."""
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    other, said = Store.open(database_url, "test"), []

    def start() -> None:
        request = AdmissionRequest(ServerKey("ann"), {"community": "nairobi"}, "ann")
        with other.unit_of_work(write=True) as uow:
            said.append(admit_session(uow, after.policy, request, after.now))

    starting = threading.Thread(target=start)
    with after.store.unit_of_work(write=True) as uow:
        number = after.workshop.workshop_id
        assert begin_departure(uow, after.policy, number, "ann", after.now)
        starting.start()
        # Long enough for a start that waits for nobody; one that waits goes on below.
        starting.join(0.5)
    starting.join()
    other.close()
    assert [each.code for each in said if isinstance(each, Denied)] == [Code.BEING_REMOVED]


def test_whoever_is_made_a_member_while_the_removal_waits_stays(
    after: After, database_url: str
) -> None:
    """What the removal has read before it waited counts no more."""
    person_id, number = after.come("ann"), after.workshop.workshop_id
    after.tell_three_times()
    after.now = END + 30 * DAY
    other, said = Store.open(database_url, "test"), []

    def begin() -> None:
        with other.unit_of_work(write=True) as uow:
            said.append(begin_departure(uow, after.policy, number, "ann", after.now))

    beginning = threading.Thread(target=begin)
    with after.store.unit_of_work(write=True) as uow:
        uow.limits.lock("nairobi")
        beginning.start()
        # Long enough to read that she goes; then it waits.
        beginning.join(0.5)
        _belong(uow, after, person_id, "by-hand")
    beginning.join()
    other.close()
    assert said == [False]


@pytest.mark.parametrize(
    ("taken_out_of", "added_to"),
    [("nairobi", "nairobi"), ("nairobi", "cordoba"), ("cordoba", "cordoba")],
)
def test_whoever_is_being_added_by_a_champion_stays(
    after: After, database_url: str, taken_out_of: str, added_to: str
) -> None:
    """It is not written yet when her removal looks: somebody had taken her out, and lets her in
    there again, or elsewhere."""
    person_id = after.come("ann")
    after.do(lambda uow: uow.memberships.remove(person_id, taken_out_of, "amina", after.now))
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.departures() == ["ann"]

    def add(uow: UnitOfWork) -> None:
        assert add_member(uow, after.policy, added_to, "ann", "amina", after.now) is None

    assert not _begins_while(after, database_url, add)


@pytest.mark.parametrize("community", ["nairobi", "cordoba"])
def test_whose_request_is_being_approved_stays(
    after: After, database_url: str, community: str
) -> None:
    person_id = after.come("ann")
    after.do(lambda uow: uow.memberships.remove(person_id, "nairobi", "ann", after.now))
    asked = after.do(lambda uow: uow.join_requests.add(community, person_id, "", after.now))
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.departures() == ["ann"]

    def approve(uow: UnitOfWork) -> None:
        answered = answer_request(
            uow, after.policy, community, asked, "amina", after.now, approves=True
        )
        assert answered is not None
        assert not answered.by_another

    assert not _begins_while(after, database_url, approve)


def test_whoever_comes_in_elsewhere_with_a_code_stays(after: After, database_url: str) -> None:
    after.come("ann")
    code = "1" * 64
    after.do(lambda uow: uow.invitations.add("cordoba", code, Terms(5, 60), "root", after.now))
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.departures() == ["ann"]

    def redeem(uow: UnitOfWork) -> None:
        assert redeem_invitation(uow, after.policy, code, "ann", after.now) == "cordoba"

    assert not _begins_while(after, database_url, redeem)


def _begins_while(after: After, database_url: str, work: Callable[[UnitOfWork], None]) -> bool:
    """Whether the removal of ann begins, from another connection, while this is not written."""
    other, said = Store.open(database_url, "test"), []
    number = after.workshop.workshop_id

    def begin() -> None:
        with other.unit_of_work(write=True) as uow:
            said.append(begin_departure(uow, after.policy, number, "ann", after.now))

    beginning = threading.Thread(target=begin)
    with after.store.unit_of_work(write=True) as uow:
        work(uow)
        beginning.start()
        # Long enough for one that waits for nobody.
        beginning.join(0.5)
    beginning.join()
    other.close()
    return said == [True]


def test_whose_removal_is_being_written_is_not_told_that_she_stays(
    after: After, database_url: str
) -> None:
    """She presses the button while it is not written yet, and was told of another workshop, too."""
    person_id, another = after.come("ann"), after.schedule("Another", 0, clean_after_days=1)
    after.do(lambda uow: uow.farewells.tell(another.workshop_id, person_id, END))
    after.tell_three_times()
    after.now = END + 30 * DAY
    other, said = Store.open(database_url, "test"), []

    def keep() -> None:
        with other.unit_of_work(write=True) as uow:
            said.append(keep_account(uow, "ann", after.now))

    keeping = threading.Thread(target=keep)
    with after.store.unit_of_work(write=True) as uow:
        number = after.workshop.workshop_id
        assert begin_departure(uow, after.policy, number, "ann", after.now)
        keeping.start()
        keeping.join(0.5)
    keeping.join()
    other.close()
    assert said == [False]
    assert after.departures() == ["ann"]


def test_whoever_chooses_to_stay_in_the_instant_of_the_removal_stays_or_goes(after: After) -> None:
    person_id, number = after.come("ann"), after.workshop.workshop_id
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.keep("ann")
    # As another connection finds it that has read before that she goes.
    assert not after.do(lambda uow: uow.farewells.begin(number, person_id, after.now))
    assert not after.do(lambda uow: uow.farewells.has_begun(person_id))


def test_what_has_begun_after_one_workshop_is_not_called_off_by_another(after: After) -> None:
    person_id, other = after.come("ann"), after.schedule("Other", 0, clean_after_days=1)
    after.come("ann", other)
    after.do(lambda uow: uow.farewells.tell(other.workshop_id, person_id, END))
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.begin("ann")
    assert not after.keep("ann")
    assert after.departures() == ["ann"]


@pytest.mark.parametrize(
    "how", ["community", "by-hand", "identity", "teacher", "member", "later", "stays"]
)
def test_what_has_begun_goes_on_for_whoever_belongs_here_otherwise_since(
    after: After, how: str
) -> None:
    """Part of her files may be gone, and nothing starts for her: half a removal helps nobody."""
    person_id = after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.begin("ann")
    after.do(lambda uow: _belong(uow, after, person_id, how))
    assert after.departures() == ["ann"]


@pytest.mark.parametrize("changed", [{"last_on": TODAY + 90 * DAY}, {"clean_after_days": None}])
def test_what_has_begun_goes_on_though_the_workshop_is_changed(
    after: After, changed: dict[str, object]
) -> None:
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    assert after.begin("ann")
    plan = replace(Plan("Plants", TODAY, TODAY, clean_after_days=30), **changed)
    number = after.workshop.workshop_id
    after.do(lambda uow: uow.workshops.change(number, plan, "KES", None, after.now))
    assert after.departures() == ["ann"]


def test_no_files_go_of_somebody_whom_the_store_would_not_forget(after: After) -> None:
    after.come("ann")
    after.tell_three_times()
    after.now = END + 30 * DAY
    operators = (MembershipRule("workshop", frozenset({"ann"})),)
    after.policy = replace(after.policy, operators=operators)
    assert not after.begin("ann")


def test_nobody_goes_before_all_three_notices_or_of_another_workshop(after: After) -> None:
    after.come("ann")
    other = after.schedule("Other", 0)
    after.tell_three_times()
    assert not after.begin("ann")
    after.now = END + 30 * DAY
    assert not after.do(
        lambda uow: begin_departure(uow, after.policy, other.workshop_id, "ann", after.now)
    )
    assert not after.begin("nobody")


def test_a_rehearsal_tells_nobody(after: After) -> None:
    after.come("ann")
    after.now = END + 16 * DAY
    assert after.do(lambda uow: give_farewells(uow, after.policy, after.now, is_rehearsal=True))
    assert after.goes_at("ann") is None


def test_a_clock_that_was_set_back_brings_nothing_forward() -> None:
    workshop = Workshop(1, "nairobi", "Plants", TODAY, TODAY, "amina", NOON, clean_after_days=30)
    told = Guest(Person(1, "ann", "", ""), 1, Farewell(2, END + 23 * DAY))
    found = leaving(told, workshop, "Africa/Nairobi", END + DAY)
    assert found is not None
    assert (found.step, found.goes_at) == (None, END + 30 * DAY)
    found = leaving(told, workshop, "Africa/Nairobi", END + 29 * DAY)
    assert found is not None
    assert found.step is Step.TELL
