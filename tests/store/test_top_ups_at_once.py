"""Two champions pay in at the same moment, on both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.budget import TopUp
from catalyst_hub.core.top_up import Payment, TopUpRefusal
from catalyst_hub.store import Store
from catalyst_hub.usecases.top_up import top_up
from tests.usecases.world import NAIROBI, NOON, POLICY

A_SHILLING = 1_000_000
BOUNDED = replace(NAIROBI, bounds=Bounds(most_top_up_micros=100 * A_SHILLING))
POLICY_BOUNDED = replace(POLICY, communities=(BOUNDED,))
#: Long enough for the second to come, shorter than the store waits for a lock.
_PAUSE_S = 0.5


def test_they_pay_in_no_more_than_they_may_together(database_url: str, store: Store) -> None:
    other, first_has_paid = Store.open(database_url, "andes"), threading.Event()

    def pay(into: Store, name: str) -> TopUp | TopUpRefusal:
        if name == "joao":
            first_has_paid.wait(60)
        payment = Payment(70 * A_SHILLING, "a course")
        with into.unit_of_work(write=True) as uow:
            made = top_up(uow, POLICY_BOUNDED, "nairobi", payment, name, NOON)
            first_has_paid.set()
            if name == "amina":
                threading.Event().wait(_PAUSE_S)
        return made

    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(pay, *who) for who in ((store, "amina"), (other, "joao"))]
        made, refused = (answer.result(20) for answer in answers)
    other.close()
    assert isinstance(made, TopUp)
    assert refused is TopUpRefusal.TOO_MUCH
