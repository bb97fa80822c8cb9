"""What servers said last, on both databases."""

from __future__ import annotations

from datetime import timedelta

from catalyst_hub.core.server_report import ServerReport
from catalyst_hub.store import Store
from tests.support.sessions import NOW, a_person, a_session, running, stopped

MINUTE = timedelta(minutes=1)


def test_the_last_word_of_each_server_is_kept(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session_id = running(uow, a_session(a_person(uow))).session_id
        first = ServerReport(session_id, NOW, NOW, NOW - MINUTE, NOW, ("kernel", "terminal"))
        uow.server_reports.put(first)
        assert uow.server_reports.get(session_id) == first
        uow.server_reports.put(ServerReport(session_id, NOW + MINUTE, NOW + MINUTE))
        # Words that crossed on their way take nothing back.
        uow.server_reports.put(ServerReport(session_id, NOW, NOW, kinds=("download",)))
    with store.unit_of_work() as uow:
        said = uow.server_reports.of_live()[session_id]
    assert (said.reported_at, said.worked_at) == (NOW + MINUTE, NOW + MINUTE)
    assert (said.touched_at, said.open_at) == (NOW - MINUTE, NOW)


def test_only_live_servers_of_this_hub_are_read(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        kofi = a_person(uow)
        runs = running(uow, a_session(kofi))
        ended = running(uow, a_session(kofi, server_name="old"))
        for session in (runs, ended):
            uow.server_reports.put(ServerReport(session.session_id, NOW))
        stopped(uow, ended, NOW + MINUTE)
        assert set(uow.server_reports.of_live()) == {runs.session_id}
        assert uow.server_reports.get("another") is None
