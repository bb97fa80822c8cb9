"""What is known of an end that nobody saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalyst_hub.core.inspection import breaches_of
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import (
    UNSEEN,
    EndReason,
    SessionState,
    best_evidence,
    ended,
    known_over_at,
)
from tests.core.strategies import session_from

BEGAN = datetime(2026, 11, 21, 9, tzinfo=UTC)
SESSION = session_from(BEGAN, Resources(1000, 1024**3), 0)
minutes = st.integers(0, 600).map(lambda number: BEGAN + timedelta(minutes=number))


@given(seen=st.none() | minutes, active=st.none() | minutes, alive=minutes, now=minutes)
def test_the_bound_reaches_from_the_last_sign_of_life_to_now(
    seen: datetime | None, active: datetime | None, alive: datetime, now: datetime
) -> None:
    session = replace(SESSION, seen_at=seen, activity_at=active)
    for ending in (best_evidence(session, now), best_evidence(session, now, alive)):
        assert ending.estimate_ms is not None
        assert BEGAN <= ending.ended_at <= now
        assert ending.ended_at + timedelta(milliseconds=ending.estimate_ms) == now
        assert known_over_at(ended(session, ending)) == now


def test_the_server_itself_is_believed_before_the_heartbeat() -> None:
    session = replace(SESSION, seen_at=BEGAN + timedelta(minutes=9))
    now, alive_at = BEGAN + timedelta(minutes=10), BEGAN + timedelta(minutes=8)
    assert best_evidence(session, now, alive_at).ended_at == alive_at
    assert best_evidence(session, now, UNSEEN).ended_at == session.seen_at
    assert best_evidence(session, now).reason is EndReason.LOST


def test_a_clock_set_back_ends_no_lost_session_before_it_began() -> None:
    now = BEGAN - timedelta(hours=1)
    ending = best_evidence(SESSION, now)
    assert (ending.ended_at, ending.estimate_ms) == (BEGAN, 0)
    assert list(breaches_of(ended(SESSION, ending), {})) == []


def test_what_never_ran_is_released_and_what_ran_is_ended() -> None:
    ending = best_evidence(SESSION, BEGAN)
    assert ended(SESSION, ending).state is SessionState.ENDED
    assert ended(replace(SESSION, running_at=None), ending).state is SessionState.RELEASED
    assert not ended(SESSION, ending).is_live
    assert known_over_at(SESSION) is None
