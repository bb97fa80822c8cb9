"""What was paid into budgets, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from catalyst_hub.core.budget import Step, TopUp
from catalyst_hub.store import Database, Store

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST_ON = date(2026, 11, 1)
GRANT = TopUp(0, "nairobi", 500_000_000, "KES", "the grant, says kofi", "kofi", NOW)


def test_all_hubs_see_what_was_paid_in(database_url: str, store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        uow.budgets.top_up(GRANT)
    other = Store.open(database_url, "another-hub")
    with other.unit_of_work() as uow:
        (found,) = uow.budgets.top_ups("nairobi", "KES")
        assert not uow.budgets.top_ups("nairobi", "USD")
        assert not uow.budgets.top_ups("cordoba", "KES")
    other.close()
    assert (found.micros, found.reason, found.made_by, found.made_at) == (
        *(GRANT.micros, GRANT.reason, GRANT.made_by),
        NOW,
    )


def test_a_step_is_told_once_in_a_window(database_url: str, store: Store) -> None:
    other = Store.open(database_url, "another-hub")
    with store.unit_of_work(write=True) as uow:
        assert uow.budgets.tell("nairobi", FIRST_ON, Step.TELL, NOW)
    with other.unit_of_work(write=True) as uow:
        assert not uow.budgets.tell("nairobi", FIRST_ON, Step.TELL, NOW)
        assert uow.budgets.tell("nairobi", FIRST_ON + timedelta(days=30), Step.TELL, NOW)
        assert uow.budgets.tell("cordoba", FIRST_ON, Step.TELL, NOW)
        assert uow.budgets.told("nairobi", FIRST_ON) == [Step.TELL]
    other.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE top_ups SET micros = 1",
        "UPDATE top_ups SET made_by = 'bo'",
        "UPDATE top_ups SET reason = 'no reason'",
        "UPDATE top_ups SET micros = 1, made_by = 'erased:1'",
        "DELETE FROM top_ups",
    ],
)
def test_what_was_paid_in_stays_paid_in(database_url: str, change: str) -> None:
    database = Database.open(database_url)
    with Store(database, "andes").unit_of_work(write=True) as uow:
        uow.budgets.top_up(GRANT)
    with (
        pytest.raises(IntegrityError, match="append-only"),
        database.transaction(write=True) as connection,
    ):
        connection.exec_driver_sql(change)
    database.close()


def test_an_alias_takes_the_place_of_whoever_paid_in(database_url: str) -> None:
    database = Database.open(database_url)
    with Store(database, "andes").unit_of_work(write=True) as uow:
        uow.budgets.top_up(GRANT)
    with database.transaction(write=True) as connection:
        connection.exec_driver_sql(
            "UPDATE top_ups SET made_by = 'erased:1', reason = 'the grant, says erased:1'"
        )
    database.close()
