from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.resources import Usage, usage_after
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.core.window import midnight, milliseconds
from catalyst_hub.store import Database, Store
from tests.support.ledger import breaches, in_ledger
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_FIRST, _NEXT = date(2026, 11, 1), date(2026, 12, 1)
COMMUNITY, PERSON, PROFILE = GroupBy.COMMUNITY, GroupBy.PERSON, GroupBy.PROFILE
DAY, MONTH = GroupBy.DAY, GroupBy.MONTH


def _rows(
    store: Store, *group_by: GroupBy, now: datetime = NOW, **narrowed: object
) -> dict[tuple[str, ...], tuple[str, int, int]]:
    """(currency, sessions, server hours) by keys."""
    query = ReportQuery(_FIRST, _NEXT, group_by, **narrowed)  # type: ignore[arg-type]
    with store.unit_of_work() as uow:
        rows = uow.reports.rows(query, now)
    assert len({(row.keys, row.currency) for row in rows}) == len(rows)
    return {
        row.keys: (row.currency, row.sessions, row.usage.server_ms // 3_600_000) for row in rows
    }


def _three_sessions(store: Store) -> tuple[str, str, int]:
    """Two that ended, of two people in two communities, and one that has run for two hours."""
    with store.unit_of_work(write=True) as uow:
        kofi, lucia = a_person(uow, "kofi"), a_person(uow, "lucia")
        begun_at = NOW - timedelta(days=3)
        one = a_session(kofi, reserved_at=begun_at)
        other = a_session(
            lucia, reserved_at=begun_at, community="pampa", profile="r", currency="ARS"
        )
        stopped(uow, running(uow, one), begun_at + HOUR)
        stopped(uow, running(uow, other), begun_at + 5 * HOUR)
        running(uow, a_session(kofi, reserved_at=NOW - 2 * HOUR))
    return kofi.pseudonym, lucia.pseudonym, lucia.person_id


def test_rows_come_by_any_keys_in_the_order_asked(store: Store) -> None:
    kofi, lucia, _ = _three_sessions(store)
    assert _rows(store, COMMUNITY) == {("savanna",): ("KES", 2, 3), ("pampa",): ("ARS", 1, 5)}
    assert _rows(store, MONTH, COMMUNITY) == {
        ("2026-11", "savanna"): ("KES", 2, 3),
        ("2026-11", "pampa"): ("ARS", 1, 5),
    }
    assert _rows(store, DAY, PERSON) == {
        ("2026-11-18", kofi): ("KES", 1, 1),
        ("2026-11-18", lucia): ("ARS", 1, 5),
        ("2026-11-21", kofi): ("KES", 1, 2),
    }
    assert _rows(store, PROFILE) == {("python",): ("KES", 2, 3), ("r",): ("ARS", 1, 5)}


def test_names_are_shown_only_when_asked_for(store: Store) -> None:
    kofi, lucia, _ = _three_sessions(store)
    assert set(_rows(store, PERSON)) == {(kofi,), (lucia,)}
    assert set(_rows(store, PERSON, has_names=True)) == {("kofi",), ("lucia",)}


def test_a_report_can_be_narrowed_to_communities_or_one_person(store: Store) -> None:
    *_, lucia = _three_sessions(store)
    assert set(_rows(store, COMMUNITY, communities=frozenset({"pampa"}))) == {("pampa",)}
    assert _rows(store, COMMUNITY, communities=frozenset()) == {}
    assert _rows(store, MONTH, person_id=lucia) == {("2026-11",): ("ARS", 1, 5)}


def test_different_currencies_are_never_added(store: Store) -> None:
    _three_sessions(store)
    query = ReportQuery(_FIRST, _NEXT, ())
    with store.unit_of_work() as uow:
        rows = uow.reports.rows(query, NOW)
    assert {(row.keys, row.currency, row.sessions) for row in rows} == {
        ((), "KES", 2),
        ((), "ARS", 1),
    }


def test_a_running_session_counts_on_its_local_days_until_now(store: Store) -> None:
    begun_at = datetime(2026, 11, 20, 19, tzinfo=UTC)  # 22:00 in Nairobi
    with store.unit_of_work(write=True) as uow:
        running(uow, a_session(a_person(uow), reserved_at=begun_at))
    assert _rows(store, DAY) == {("2026-11-20",): ("KES", 1, 2), ("2026-11-21",): ("KES", 0, 15)}
    assert _rows(store, DAY, now=begun_at - HOUR) == {}


def test_a_reserved_session_has_used_nothing(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        uow.sessions.add(a_session(a_person(uow)))
    assert _rows(store, COMMUNITY) == {}


def test_days_outside_the_query_are_left_out(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        before = datetime(2026, 10, 31, 20, tzinfo=UTC)  # 23:00 in Nairobi: an hour in October
        ended = a_session(person, reserved_at=before)
        stopped(uow, running(uow, ended), before + 3 * HOUR)
        running(uow, a_session(person, reserved_at=before + 4 * HOUR))
        assert uow.reports.first_day() == date(2026, 10, 31)
    assert _rows(store, MONTH, now=before + 5 * HOUR) == {("2026-11",): ("KES", 1, 3)}


def test_the_first_day_is_that_of_the_community_asked_for(store: Store) -> None:
    _three_sessions(store)
    with store.unit_of_work() as uow:
        assert uow.reports.first_day() == uow.reports.first_day("pampa") == date(2026, 11, 18)
        assert uow.reports.first_day("sertao") is None


def test_a_hub_reports_its_own_use(database_url: str) -> None:
    database = Database.open(database_url)
    _three_sessions(Store(database, "andes"))
    sahel = Store(database, "sahel")
    assert _rows(sahel, COMMUNITY) == {}
    with sahel.unit_of_work() as uow:
        assert uow.reports.first_day() is None
    database.close()


_minutes = st.integers(min_value=0, max_value=4 * 24 * 60)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lives=st.lists(st.tuples(_minutes, _minutes, st.booleans(), st.integers(0, 10**9)), max_size=5)
)
def test_every_report_of_the_same_use_shows_the_same_sum(
    store: Store, lives: list[tuple[int, int, bool, int]]
) -> None:
    start = NOW - timedelta(days=9)
    now = start + timedelta(days=9, milliseconds=7)
    expected = Usage()
    with store.unit_of_work(write=True) as uow:
        person = uow.people.by_name("kofi") or a_person(uow)
        for left in uow.sessions.all_live():
            stopped(uow, left, now)
        before = _sum(uow, now)
        for number, (begun, length, is_over, rate) in enumerate(lives):
            begun_at = start + timedelta(minutes=begun, milliseconds=number)
            session = a_session(
                person, server_name=str(number), reserved_at=begun_at, rate_micros=rate
            )
            session = running(uow, session)
            ended_at = begun_at + timedelta(minutes=length)
            if is_over:
                stopped(uow, session, ended_at)
            until = ended_at if is_over else now
            expected += usage_after(session.resources, rate, milliseconds(begun_at, until))
        for keys in ((), (COMMUNITY,), (PERSON, DAY), (PROFILE, MONTH)):
            assert _sum(uow, now, *keys) - before == expected


def _sum(uow: UnitOfWork, now: datetime, *keys: GroupBy) -> Usage:
    rows = uow.reports.rows(ReportQuery(_FIRST, _NEXT, keys), now)
    return sum((row.usage for row in rows), Usage())


# --- months ---

_YEAR = date(2026, 1, 1)
_any_day = st.integers(0, 400).map(lambda days: _YEAR + timedelta(days=days))


def _by_plain_sql(database: Database, first_on: date, next_on: date, *keys: GroupBy) -> object:
    sums: dict[tuple[object, ...], list[int]] = {}
    for row, amounts in in_ledger(
        database, "community", "profile", "person_id", "currency", "day_on"
    ).items():
        *named, currency, day = row
        values = dict(zip((COMMUNITY, PROFILE, PERSON), named, strict=True))
        values |= {DAY: day, MONTH: str(day)[:7], PERSON: f"pseudonym-{values[PERSON]}"}
        if first_on.isoformat() <= str(day) < next_on.isoformat():
            place = sums.setdefault((*(values[key] for key in keys), currency), [0] * 6)
            place[:] = [a + b for a, b in zip(place, amounts, strict=True)]
    return {key: tuple(amounts) for key, amounts in sums.items()}


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """Sessions of three people in two communities and five zones, over every end of a month."""
    path = tmp_path_factory.mktemp("months") / "catalyst.sqlite"
    database = Database.open(f"sqlite:///{path}")
    zones = ("Africa/Nairobi", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "UTC")
    with Store(database, "andes").unit_of_work(write=True) as uow:
        people = [a_person(uow, name) for name in ("kofi", "lucia", "amina")]
        for number in range(500):
            begun_at = datetime(2025, 12, 28, tzinfo=UTC) + number * timedelta(hours=20, minutes=7)
            session = a_session(
                people[number % 3],
                reserved_at=begun_at,
                zone=zones[number % 5],
                community=("savanna", "pampa")[number % 2],
                profile=("python", "r", "julia")[number % 7 % 3],
                server_name=str(number),
            )
            stopped(uow, running(uow, session), begun_at + timedelta(hours=number % 60))
        for person in people:
            uow.people._connection.exec_driver_sql(
                f"UPDATE people SET pseudonym = 'pseudonym-{person.person_id}'"
                f" WHERE person_id = {person.person_id}"
            )
    yield database
    database.close()


@settings(max_examples=60, deadline=None)
@given(
    first=_any_day, following=_any_day, keys=st.permutations(list(GroupBy)), count=st.integers(0, 3)
)
def test_a_report_of_any_days_says_what_the_ledger_says(
    two_years: Database, first: date, following: date, keys: list[GroupBy], count: int
) -> None:
    query = ReportQuery(min(first, following), max(first, following), tuple(keys[:count]))
    with Store(two_years, "andes").unit_of_work() as uow:
        rows = uow.reports.rows(query, NOW)
    told = {(*row.keys, row.currency): (row.sessions, *astuple(row.usage)) for row in rows}
    expected = _by_plain_sql(two_years, query.first_on, query.next_on, *query.group_by)
    assert told == expected


@pytest.mark.parametrize(
    "zone",
    ["Africa/Nairobi", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "Atlantic/Azores"],
)
def test_every_month_ends_at_midnight_of_the_sessions_own_zone(tmp_path: Path, zone: str) -> None:
    """Two changes of the clock a year in three of them; in Santiago they are at midnight."""
    store = Store.open(f"sqlite:///{tmp_path / 'catalyst.sqlite'}", "andes")
    months = [date(2026 + number // 12, number % 12 + 1, 1) for number in range(14)]
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        for first in months[1:]:
            begun_at = midnight(first, zone) - HOUR
            session = a_session(person, reserved_at=begun_at, zone=zone, server_name=str(first))
            stopped(uow, running(uow, session), begun_at + 3 * HOUR)
        query = ReportQuery(months[0], date(2027, 4, 1), (MONTH,))
        rows = {row.keys[0]: row for row in uow.reports.rows(query, NOW)}
    told = {month: (row.sessions, row.usage.server_ms // 3_600_000) for month, row in rows.items()}
    names = [first.isoformat()[:7] for first in months]
    assert told == {names[0]: (1, 1), **dict.fromkeys(names[1:-1], (1, 3)), names[-1]: (0, 2)}
    assert breaches(store) == []
    store.close()


def test_a_year_by_month_is_read_from_months_only(two_years: Database) -> None:
    statements: list[str] = []
    with Store(two_years, "andes").unit_of_work() as uow:
        driver = uow.reports._connection.connection.dbapi_connection
        driver.set_trace_callback(statements.append)
        uow.reports.rows(ReportQuery(_YEAR, date(2027, 1, 1), (COMMUNITY, MONTH)), NOW)
        uow.reports.rows(ReportQuery(_YEAR, date(2027, 1, 1), (PERSON,)), NOW)
        driver.set_trace_callback(None)
    assert not [statement for statement in statements if "_days" in statement]
