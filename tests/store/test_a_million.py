"""A million sessions: what reports say of them is what plain SQL says of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import date

import pytest

from benchmarks.history import COMMUNITIES, HUB, NOW, PEOPLE, fill, patient, summed
from catalyst_hub.core.inspection import Place, Stage
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.check_store import check_store
from catalyst_hub.usecases.report_costs import report_costs

_SESSIONS = 1_000_000
_FIRST, _NEXT = date(2025, 1, 1), date(2027, 1, 1)


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("million") / "catalyst.sqlite"
    database = Database.open(f"sqlite:///{path}")
    fill(database, _SESSIONS, running=0)
    yield database
    database.close()
    path.unlink()


def _told(
    database: Database, *by: GroupBy, first: date = _FIRST, following: date = _NEXT
) -> Mapping[tuple[str, ...], tuple[int, ...]]:
    with Store(database, HUB).unit_of_work() as uow:
        report = report_costs(uow, ReportQuery(first, following, by, has_names=True), NOW)
    return {row.keys: (row.sessions, *astuple(row.usage)) for row in report.rows}


def test_a_year_by_community_and_month_is_that_of_the_ledger(million: Database) -> None:
    with patient(million) as connection:
        plain = connection.exec_driver_sql(summed(("community", "month_on"))).all()
    expected = {(row[0], row[1][:7]): tuple(row[2:]) for row in plain}
    assert _told(million, GroupBy.COMMUNITY, GroupBy.MONTH) == expected
    assert sum(amounts[0] for amounts in expected.values()) == _SESSIONS
    assert {community for community, _ in expected} == set(COMMUNITIES)


def test_ragged_days_by_person_are_those_of_the_ledger(million: Database) -> None:
    first, following = date(2026, 1, 14), date(2026, 9, 3)
    only = f"e.day_on >= '{first}' AND e.day_on < '{following}'"
    statement = summed(("person_id",)).replace(" GROUP BY", f" WHERE {only} GROUP BY")
    with patient(million) as connection:
        plain = connection.exec_driver_sql(statement).all()
    expected = {(f"person-{row[0]}",): tuple(row[1:]) for row in plain}
    assert _told(million, GroupBy.PERSON, first=first, following=following) == expected
    assert len(expected) == PEOPLE


def test_the_check_looks_at_every_thirtieth_of_them_and_finds_nothing(million: Database) -> None:
    looked_at = 0
    for after in range(0, PEOPLE, PEOPLE // 20):
        with Store(million, HUB).unit_of_work() as uow:
            step = check_store(uow, Place(Stage.PEOPLE, str(after)))
        assert step.breaches == ()
        looked_at += step.sessions
    assert looked_at > _SESSIONS // 40


def test_one_broken_sum_among_a_million_is_found(million: Database) -> None:
    def pay(micros: int) -> None:
        with patient(million) as connection:
            connection.exec_driver_sql(
                f"UPDATE person_days SET micros = micros + {micros} WHERE person_id = 1003"
                " AND day_on = '2026-05-05'"
            )

    pay(1)
    with Store(million, HUB).unit_of_work() as uow:
        step = check_store(uow, Place(Stage.PEOPLE, "1000"))
    pay(-1)
    assert {breach.invariant for breach in step.breaches} == {"sums"}
    assert len(step.breaches) == 2, "the day and its month"
