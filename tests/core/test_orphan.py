"""Which of the servers that were found nobody looks after."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.orphan import FoundServer, forgotten_servers
from catalyst_hub.core.resources import Resources
from catalyst_hub.core.session import (
    Ending,
    EndReason,
    ServerKey,
    Session,
    SessionState,
    ended,
)

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
KOFI = ServerKey("kofi")
RUNNING = Session(
    "new", 1, KOFI, Choice("nairobi", "python", "small", "lab"), Resources(1000, 1, 0), 0, "KES",
    "Africa/Nairobi", SessionState.RUNNING, NOW - timedelta(hours=2), NOW - timedelta(hours=2),
)  # fmt: skip
OVER = ended(
    replace(RUNNING, session_id="old"),
    Ending(NOW - timedelta(hours=1), EndReason.LOST, estimate_ms=60_000),
)
OLD, NEW = FoundServer("old", "process 1"), FoundServer("new", "process 2")


def orphans(*found: FoundServer, live: Session | None = None) -> list[str]:
    sessions = {session.session_id: session for session in (RUNNING, OVER)}
    now_live = {live.key: live} if live else {}
    return [orphan.session_id for orphan in forgotten_servers(found, sessions, now_live)]


def test_what_runs_after_its_session_is_over_is_forgotten_from_when_that_was_known() -> None:
    [orphan] = forgotten_servers([OLD], {"old": OVER}, {})
    assert orphan.key == KOFI
    assert orphan.since == NOW - timedelta(minutes=59)
    assert not orphan.is_replaced


def test_what_runs_under_a_live_session_is_looked_after() -> None:
    assert orphans(NEW, live=RUNNING) == []


def test_what_carries_a_session_of_somebody_elses_hub_is_left_alone() -> None:
    assert orphans(FoundServer("theirs", "process 3")) == []


def test_beside_the_server_that_took_its_place_an_old_one_is_forgotten() -> None:
    assert orphans(OLD, NEW, live=RUNNING) == ["old"]
    both = forgotten_servers([OLD, NEW], {"old": OVER, "new": RUNNING}, {KOFI: RUNNING})
    assert [orphan.is_replaced for orphan in both] == [True]


@pytest.mark.parametrize("session_id", ["new", "adopted"])
def test_a_server_that_was_adopted_under_another_session_is_not_forgotten(session_id: str) -> None:
    """It goes on carrying the session that it was started with."""
    assert orphans(OLD, live=replace(RUNNING, session_id=session_id)) == []
