"""Two people do something with the same money or workshop at the same moment, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from catalyst_hub.core.workshop import Plan, Workshop
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.store import Store
from catalyst_hub.usecases.change_workshop import change_workshop
from catalyst_hub.usecases.hold_workshop import hold_workshop
from catalyst_hub.usecases.schedule_workshop import schedule_workshop
from tests.usecases.world import NOON, POLICY

TODAY = NOON.date()
#: More than half of the budget.
PLAN = Plan("Plants", TODAY, TODAY, budget_micros=400_000_000)
#: Long enough for the second to come, shorter than the store waits for a lock.
_PAUSE_S = 0.5


def test_no_more_is_set_aside_than_there_is(database_url: str, store: Store) -> None:
    other, first_is_made = Store.open(database_url, "andes"), threading.Event()

    def schedule(into: Store, name: str) -> Workshop | PlanRefusal:
        if name == "joao":
            first_is_made.wait(60)
        with into.unit_of_work(write=True) as uow:
            made = schedule_workshop(uow, POLICY, "nairobi", PLAN, name, NOON)
            first_is_made.set()
            if name == "amina":
                threading.Event().wait(_PAUSE_S)
        return made

    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(schedule, *who) for who in ((store, "amina"), (other, "joao"))]
        made, refused = (answer.result(20) for answer in answers)
    other.close()
    assert isinstance(made, Workshop)
    assert refused is PlanRefusal.TOO_DEAR


def test_of_two_who_change_some_of_a_workshop_each_keeps_what_the_other_changed(
    database_url: str, store: Store
) -> None:
    other, first_holds = Store.open(database_url, "andes"), threading.Event()
    with store.unit_of_work(write=True) as uow:
        plan = Plan("Plants", TODAY, TODAY)
        number = uow.workshops.add("nairobi", plan, "amina", NOON).workshop_id

    def change(into: Store, name: str, **some: object) -> None:
        if name == "joao":
            first_holds.wait(60)
        with into.unit_of_work(write=True) as uow:
            held = hold_workshop(uow, "nairobi", number)
            assert held is not None
            first_holds.set()
            if name == "amina":
                threading.Event().wait(_PAUSE_S)
            plan = replace(held.plan, **some)
            change_workshop(uow, POLICY, "nairobi", number, plan, name, NOON)

    with ThreadPoolExecutor(2) as both:
        first = both.submit(change, store, "amina", title="Maps")
        second = both.submit(change, other, "joao", seats=12)
        first.result(20)
        second.result(20)
    other.close()
    with store.unit_of_work() as uow:
        after = uow.workshops.get(number)
    assert after is not None
    assert (after.title, after.seats) == ("Maps", 12)
