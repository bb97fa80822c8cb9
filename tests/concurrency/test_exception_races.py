"""Champions who are generous at the same moment give no more than the bounds, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from uuid import uuid4

from catalyst_hub.core.bounds import Bounds
from catalyst_hub.core.denial import LimitScope
from catalyst_hub.core.exemption import Asked, Exemption
from catalyst_hub.core.quota import Limit
from catalyst_hub.core.resources import Unit
from catalyst_hub.core.window import Window
from catalyst_hub.store import Store
from catalyst_hub.usecases.make_exception import make_exception
from tests.usecases.world import NAIROBI, NOON, POLICY

SEATS = Limit(LimitScope.COMMUNITY, Unit.SERVERS, Window.AT_ONCE, 10)
#: Five of the ten may be added, by all champions together.
HALF = Bounds(champions_may_make_exceptions=True, most_exception_percent=50)
POLICY_OF_HALF = replace(POLICY, communities=(replace(NAIROBI, limits=(SEATS,), bounds=HALF),))


def test_of_many_exceptions_at_once_the_bounds_let_through_five(database_url: str) -> None:
    # One for each, as in several processes: a store has only one connection that writes.
    stores = [Store.open(database_url, "test") for _ in range(6)]
    start = Barrier(len(stores))

    def give(store: Store) -> int:
        start.wait()
        return sum(_is_made(store) for _ in range(4))

    with ThreadPoolExecutor(len(stores)) as threads:
        assert sum(threads.map(give, stores)) == 5
    for store in stores:
        store.close()


def _is_made(store: Store) -> bool:
    # Each with a reason of its own, or it would be a form that was sent twice.
    asked = Asked("", Unit.SERVERS, Window.AT_ONCE, 1, date(2026, 11, 30), uuid4().hex)
    with store.unit_of_work(write=True) as uow:
        made = make_exception(uow, POLICY_OF_HALF, "nairobi", asked, "amina", NOON)
    return isinstance(made, Exemption)
