"""The same is asked for twice at the same moment, by two processes, on both databases: it happens
once, and whoever comes second is told so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from catalyst_hub.core.audit import Action
from catalyst_hub.core.budget import Budget, Step
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.drill import Drill, DrillRefusal
from catalyst_hub.core.keeping import KeepRefusal
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.terms import Acceptance
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import Window
from catalyst_hub.store import Store
from catalyst_hub.usecases.begin_drill import begin_drill
from catalyst_hub.usecases.enforce_limits import enforce_limits
from catalyst_hub.usecases.keep_server import keep_server
from catalyst_hub.usecases.note_budget_steps import note_budget_steps
from catalyst_hub.usecases.take_workshop_step import take_workshop_step
from tests.usecases.workshops import a_workshop, register
from tests.usecases.world import NAIROBI, NOON, World

TWO_HOURS = Limit(LimitScope.PERSON, Unit.SERVER_HOURS, Window.DAY, 2 * 3_600_000)
#: Long enough for the second to come, shorter than the store waits for a lock.
_PAUSE_S = 0.5


class TwoProcesses(World):
    """On one database."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.other = Store.open(url, "test")

    def close(self) -> None:
        self.other.close()
        super().close()

    def at_once(self, work: Callable[[UnitOfWork], object]) -> list[object]:
        """What both are answered: the second comes before the first is done."""
        first_is_through = threading.Event()

        def first() -> object:
            with self.store.unit_of_work(write=True) as uow:
                answer = work(uow)
                first_is_through.set()
                threading.Event().wait(_PAUSE_S)
            return answer

        def second() -> object:
            assert first_is_through.wait(60)
            with self.other.unit_of_work(write=True) as uow:
                return work(uow)

        with ThreadPoolExecutor(2) as both:
            return [answer.result(20) for answer in (both.submit(first), both.submit(second))]


@pytest.fixture
def two(database_url: str) -> Iterator[TwoProcesses]:
    two = TwoProcesses(database_url)
    yield two
    two.close()


def test_a_server_is_put_off_once(two: TwoProcesses) -> None:
    nairobi = replace(NAIROBI, limits=(TWO_HOURS,), budget=None)
    two.policy = replace(two.policy, communities=(nairobi,))
    two.sign_in("kofi")
    session = two.start("kofi")
    two.later(hours=1, minutes=45)
    [notice] = two.do(lambda uow: enforce_limits(uow, two.policy, two.now)).given

    def keep(uow: UnitOfWork) -> KeepRefusal | None:
        session_id = session.session_id
        return keep_server(uow, two.policy, "kofi", session_id, notice.reason, two.now)

    assert two.at_once(keep) == [None, KeepRefusal.USED_UP]
    kept = two.do(lambda uow: uow.notices.of_live()[session.session_id])
    assert kept.stop_at == notice.stop_at + timedelta(minutes=30)


def test_two_presses_make_one_drill(two: TwoProcesses) -> None:
    workshop = a_workshop(two, ("2026-11-24", "09:00", "10:00"))
    register(two, workshop, ["kofi"])

    def begin(uow: UnitOfWork) -> Drill | DrillRefusal:
        # By clocks that differ: the same second would be the same drill anyway.
        now = two.later(seconds=1)
        return begin_drill(uow, two.policy, workshop.workshop_id, 1, "amina", now)

    drill, refused = two.at_once(begin)
    assert isinstance(drill, Drill)
    assert refused is DrillRefusal.IS_ON


def test_a_step_of_a_budget_is_told_by_whoever_sees_it_first(two: TwoProcesses) -> None:
    two.policy = replace(
        two.policy, communities=(replace(NAIROBI, limits=(), budget=Budget(100_000_000)),)
    )
    for name in ("kofi", "amina"):
        two.sign_in(name)
    two.start("kofi")
    two.later(hours=1)
    first, second = two.at_once(lambda uow: note_budget_steps(uow, two.policy, two.now))
    assert [noted.step for noted in first] == [Step.TELL]  # type: ignore[attr-defined]
    assert second == ()


def test_a_step_of_a_workshop_is_written_down_once(two: TwoProcesses) -> None:
    a_workshop(two, ("2026-11-24", "09:00", "10:00"))
    two.at_once(lambda uow: take_workshop_step(uow, two.policy, two.now))
    opened = [Action.WORKSHOP_OPENED]
    assert len(two.do(lambda uow: uow.audit.latest("nairobi", opened, 10))) == 1


def test_what_is_noted_says_whether_it_was_the_first_time(two: TwoProcesses) -> None:
    """Of an INSERT only what it returns says so on both databases: a count of rows does not."""
    workshop = a_workshop(two, ("2026-11-24", "09:00", "10:00"))
    kofi, agreed = two.sign_in("kofi").person.person_id, Acceptance("1", "en", two.now)
    for is_first in (True, False):
        assert (
            two.do(lambda uow: note_all(uow, workshop.workshop_id, kofi, agreed)) == [is_first] * 3
        )


def note_all(uow: UnitOfWork, number: int, person_id: int, agreed: Acceptance) -> list[bool]:
    return [
        uow.workshop_steps.take(number, "open", NOON),
        uow.workshops.appoint(number, person_id, "amina", NOON),
        uow.acceptances.add(person_id, "nairobi", agreed),
    ]
