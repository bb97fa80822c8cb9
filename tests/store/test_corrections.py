from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalyst_hub.core.correction import Correction, CorrectionRefusal
from catalyst_hub.core.ledger import charges
from catalyst_hub.core.resources import Usage, usage_after
from catalyst_hub.core.session import Ending, EndReason, Session
from catalyst_hub.core.window import milliseconds
from catalyst_hub.store import Database, Store
from catalyst_hub.usecases.correct_session import correct_session
from tests.support.ledger import assert_sums_are_those_of_the_ledger, breaches, in_ledger
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped

_LATER = NOW + timedelta(days=400)
#: Zones whose months end at five different instants; two change their clocks within the year.
_ZONES = ("Africa/Nairobi", "America/Santiago", "Asia/Kathmandu", "Pacific/Auckland", "UTC")

_numbers = count()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database.open(database_url)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database, "andes")


def _ended(store: Store, ended_at: datetime, **session: object) -> Session:
    with store.unit_of_work(write=True) as uow:
        person = uow.people.by_name("kofi") or a_person(uow)
        session = running(uow, a_session(person, **session))
        stopped(uow, session, ended_at)
        found = uow.sessions.get(session.session_id)
    assert found is not None
    return found


def _correct(
    store: Store, session: Session, ended_at: datetime, now: datetime = _LATER
) -> Correction | CorrectionRefusal:
    with store.unit_of_work(write=True) as uow:
        return correct_session(uow, session.session_id, ended_at, "power cut", "root", now)


def test_a_correction_makes_the_session_cost_what_its_true_time_costs(
    store: Store, database: Database
) -> None:
    session = _ended(store, NOW + 50 * HOUR)
    done = _correct(store, session, NOW + HOUR)
    assert isinstance(done, Correction)
    assert done.added == Usage() - usage_after(session.resources, 3_600_000, 49 * 3_600_000)
    [sums] = in_ledger(database, "session_id").values()
    assert sums == (1, 3_600_000, 3_600_000, 1024 * 3_600_000, 0, 3_600_000)
    assert_sums_are_those_of_the_ledger(database)
    assert breaches(store) == []


def test_a_correction_is_told_in_the_audit_with_its_reason(store: Store) -> None:
    session = _ended(store, NOW + 2 * HOUR)
    _correct(store, session, NOW + HOUR)
    with store.unit_of_work() as uow:
        [line] = uow.audit.latest("savanna", ["session:corrected"], 5)
    assert (line.actor, line.subject) == ("root", "kofi")
    assert line.facts["reason"] == "power cut"
    assert line.facts["micros"] == -3_600_000
    assert line.facts["was_ended_at"] == (NOW + 2 * HOUR).isoformat()


def test_an_estimated_end_that_was_corrected_is_an_estimate_no_more(store: Store) -> None:
    with store.unit_of_work(write=True) as uow:
        session = running(uow, a_session(a_person(uow)))
        lost = Ending(NOW + HOUR, EndReason.LOST, estimate_ms=3_600_000)
        uow.sessions.end(session, lost, charges(session, lost.ended_at))
    _correct(store, session, NOW + 2 * HOUR)
    with store.unit_of_work() as uow:
        found = uow.sessions.get(session.session_id)
    assert found is not None
    assert (found.ended_at, found.estimate_ms) == (NOW + 2 * HOUR, None)


def test_what_cannot_have_been_is_refused_and_changes_nothing(
    store: Store, database: Database
) -> None:
    session = _ended(store, NOW + HOUR)
    _ended(store, NOW + 5 * HOUR, reserved_at=NOW + 4 * HOUR)
    before = in_ledger(database, "session_id", "day_on")
    with store.unit_of_work(write=True) as uow:
        live = running(uow, a_session(uow.people.by_name("kofi"), server_name="other"))
    for wanted, ended_at, refusal in (
        (session, NOW + HOUR, CorrectionRefusal.SAME),
        (session, NOW - HOUR, CorrectionRefusal.BEFORE_START),
        (session, NOW + 4.5 * HOUR, CorrectionRefusal.OVERLAP),
        (session, _LATER + HOUR, CorrectionRefusal.IN_FUTURE),
        (live, NOW + HOUR, CorrectionRefusal.NOT_ENDED),
        (replace(session, session_id="never"), NOW, CorrectionRefusal.UNKNOWN),
    ):
        assert _correct(store, wanted, ended_at) is refusal
    assert in_ledger(database, "session_id", "day_on") == before


_minutes = st.integers(min_value=0, max_value=40 * 24 * 60)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lives=st.lists(
        st.tuples(
            _minutes,
            _minutes,
            st.lists(_minutes, max_size=3),
            st.sampled_from(_ZONES),
            st.integers(0, 10**9),
        ),
        max_size=3,
    )
)
def test_after_any_charges_and_corrections_days_and_months_are_those_of_the_ledger(
    store: Store,
    database: Database,
    lives: list[tuple[int, int, list[int], str, int]],
) -> None:
    start = datetime(2026, 3, 20, tzinfo=UTC)
    for number, (begun, length, ends, zone, rate) in enumerate(lives):
        begun_at = start + timedelta(minutes=begun, milliseconds=number)
        session = _ended(
            store,
            begun_at + timedelta(minutes=length, milliseconds=7),
            reserved_at=begun_at,
            zone=zone,
            rate_micros=rate,
            server_name=f"server-{next(_numbers)}",
        )
        ended_at = session.ended_at
        for minutes in ends:
            done = _correct(store, session, begun_at + timedelta(minutes=minutes))
            ended_at = done.ended_at if isinstance(done, Correction) else ended_at
        whole = usage_after(session.resources, rate, milliseconds(begun_at, ended_at or begun_at))
        charged = in_ledger(database, "session_id").get((session.session_id,), (0,) * 6)
        assert Usage(*charged[1:]) == whole
        assert charged[0] == (whole.server_ms > 0)
    assert_sums_are_those_of_the_ledger(database)
    assert breaches(store) == []
