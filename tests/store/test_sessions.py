from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from catalyst_hub.core.ledger import charges
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.core.resources import Usage
from catalyst_hub.core.session import Ending, EndReason, ServerKey, SessionState
from catalyst_hub.store import Database, Store
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_YEAR = ReportQuery(date(2026, 1, 1), date(2027, 1, 1), ())


def test_a_session_comes_back_as_it_was_written(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = replace(
            a_session(a_person(uow)),
            seen_at=NOW + HOUR,
            activity_at=NOW + 2 * HOUR,
            actor="amina",
        )
        uow.sessions.add(session)
    with store.unit_of_work() as uow:
        assert uow.sessions.get(session.session_id) == session
        assert uow.sessions.live(session.key) == session
        assert uow.sessions.latest(session.key) == session


def test_instants_are_kept_to_the_millisecond_and_come_back_in_utc(store: Store) -> None:
    nairobi = timezone(timedelta(hours=3))
    reserved_at = datetime(2026, 11, 21, 15, 0, 0, 123_999, tzinfo=nairobi)
    with store.unit_of_work(write=True) as uow:
        session = a_session(a_person(uow), reserved_at=reserved_at)
        uow.sessions.add(session)
        found = uow.sessions.get(session.session_id)
    assert found is not None
    assert found.reserved_at == datetime(2026, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)
    assert found.reserved_at.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    naive = datetime(2026, 11, 21)  # noqa: DTZ001
    with pytest.raises(StatementError, match="no time zone"), store.unit_of_work(True) as uow:
        uow.sessions.add(a_session(a_person(uow), reserved_at=naive))


def test_a_server_has_one_live_session(store: Store) -> None:
    with pytest.raises(IntegrityError), store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        uow.sessions.add(a_session(person))
        uow.sessions.add(a_session(person))


def test_a_released_reservation_makes_room_for_the_next_and_runs_if_it_comes_late(
    store: Store,
) -> None:
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        session, other = a_session(person), a_session(person, server_name="other")
        for one in (session, other):
            uow.sessions.add(one)
        ending = Ending(NOW + HOUR, EndReason.NEVER_STARTED)
        assert uow.sessions.release(session.session_id, ending)
        assert not uow.sessions.release(session.session_id, ending)
        assert [s.session_id for s in uow.sessions.all_live()] == [other.session_id]
        uow.sessions.run(session.session_id, NOW + 2 * HOUR)
        late = uow.sessions.live(session.key)
    assert late == replace(session, state=SessionState.RUNNING, running_at=NOW + 2 * HOUR)


def test_a_running_session_is_not_released_and_an_ended_one_does_not_run_again(
    store: Store,
) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        assert not uow.sessions.release(session.session_id, Ending(NOW, EndReason.NEVER_STARTED))
        assert stopped(uow, session, NOW + HOUR)
        uow.sessions.run(session.session_id, NOW + 2 * HOUR)
        found = uow.sessions.get(session.session_id)
    assert found is not None
    assert (found.state, found.ended_at) == (SessionState.ENDED, NOW + HOUR)


def test_the_latest_session_of_a_server_is_the_one_reserved_last(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        first, second = a_session(person), a_session(person, reserved_at=NOW + HOUR)
        stopped(uow, running(uow, first), NOW + HOUR)
        stopped(uow, running(uow, second), NOW + 2 * HOUR)
        latest = uow.sessions.latest(ServerKey("kofi"))
        assert uow.sessions.live(ServerKey("kofi")) is None
    assert latest is not None
    assert latest.session_id == second.session_id


def test_a_heartbeat_keeps_the_activity_it_knows_nothing_new_of(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        session = running(uow, a_session(person))
        waiting = a_session(person, server_name="waiting")
        uow.sessions.add(waiting)
        uow.sessions.seen({session.session_id: NOW + HOUR, waiting.session_id: None}, NOW + HOUR)
        uow.sessions.seen({session.session_id: None}, NOW + 2 * HOUR)
        uow.sessions.seen({}, NOW + 3 * HOUR)
        found = uow.sessions.get(session.session_id)
        assert uow.sessions.get(waiting.session_id) == waiting
    assert found == replace(session, seen_at=NOW + 2 * HOUR, activity_at=NOW + HOUR)


def test_a_hub_sees_its_own_sessions_only(database_url: str) -> None:
    database = Database.open(database_url)
    andes, sahel = Store(database, "andes"), Store(database, "sahel")
    with andes.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
    with sahel.unit_of_work(write=True) as uow:
        assert uow.sessions.all_live() == uow.sessions.all_live("savanna") == []
        assert uow.sessions.get(session.session_id) is None
        assert not stopped(uow, session, NOW + HOUR)
    with andes.unit_of_work() as uow:
        assert uow.sessions.all_live("savanna") == [session]
        assert uow.sessions.all_live("pampa") == []
    database.close()


def test_closing_twice_charges_once(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        assert stopped(uow, session, NOW + HOUR)
        assert not stopped(uow, session, NOW + 2 * HOUR)
        (row,) = uow.reports.rows(_YEAR, NOW + 3 * HOUR)
    assert row.sessions == 1
    assert row.usage == Usage(3_600_000, 3_600_000, 1024 * 3_600_000, 0, 3_600_000)


def test_even_a_session_made_live_again_by_hand_is_not_charged_twice_for_a_day(
    database_url: str,
) -> None:
    database = Database.open(database_url)
    store = Store(database, "andes")
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        stopped(uow, session, NOW + HOUR)
    with database.transaction(write=True) as connection:
        connection.exec_driver_sql("UPDATE sessions SET state = 'running'")
    with pytest.raises(IntegrityError), store.unit_of_work(write=True) as uow:
        stopped(uow, session, NOW + 2 * HOUR)
    with store.unit_of_work() as uow:
        (row,) = uow.reports.rows(ReportQuery(date(2026, 1, 1), date(2027, 1, 1), ()), NOW)
    assert row.usage.server_ms == 3_600_000
    database.close()


@pytest.mark.parametrize("table", ["ledger_entries", "audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET hub = 'x'", "DELETE FROM {}"])
def test_what_is_written_in_the_ledger_and_the_audit_stays(
    database_url: str, table: str, statement: str
) -> None:
    database = Database.open(database_url)
    with Store(database, "andes").unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        stopped(uow, session, NOW + HOUR)
        uow.audit.add(NOW, "kofi", "session:reserved", facts={"at": NOW})
    with (
        pytest.raises(IntegrityError, match="append-only"),
        database.transaction(write=True) as connection,
    ):
        connection.exec_driver_sql(statement.format(table))
    database.close()


def test_a_session_over_midnight_is_charged_by_day_and_counts_once(store: Store) -> None:
    begun_at = datetime(2026, 11, 30, 20, 30, tzinfo=UTC)  # 23:30 in Nairobi
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow), reserved_at=begun_at))
        assert len(charges(session, begun_at + HOUR)) == 2
        stopped(uow, session, begun_at + HOUR)
        query = replace(_YEAR, group_by=(GroupBy.DAY,))
        rows = {row.keys: row for row in uow.reports.rows(query, NOW)}
    assert rows["2026-11-30",].usage.server_ms == rows["2026-12-01",].usage.server_ms == 1_800_000
    assert (rows["2026-11-30",].sessions, rows["2026-12-01",].sessions) == (1, 0)
