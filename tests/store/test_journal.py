"""The Hub's journal: what was written down is there again, whatever becomes of its writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalyst_hub.core.server_event import Happened, ServerEvent
from catalyst_hub.core.session import UNSEEN, EndReason, ServerKey
from catalyst_hub.store import journal
from catalyst_hub.store.journal import Journal, JournalError

AT = datetime(2026, 11, 22, 9, 0, 0, 123456, tzinfo=UTC)
EVENTS = [
    ServerEvent(ServerKey("kofi"), Happened.UP, AT),
    ServerEvent(ServerKey("lucía", "my lab"), Happened.GONE, AT),
    ServerEvent(ServerKey("kofi"), Happened.GONE, AT, UNSEEN, EndReason.LOST),
    ServerEvent(ServerKey("kofi"), Happened.GONE, AT, AT, EndReason.OUT_OF_MEMORY),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "untold.sqlite"


def test_what_was_written_down_is_there_again_in_order(path: Path) -> None:
    first = Journal(path)
    numbers = [first.add(event) for event in EVENTS]
    first.remove(numbers[1])
    first.close()
    second = Journal(path)
    assert second.events() == [
        (number, event) for number, event in zip(numbers, EVENTS, strict=True) if event != EVENTS[1]
    ]
    second.close()


def test_it_outlives_a_writer_that_is_killed(path: Path) -> None:
    writer = subprocess.run(
        [sys.executable, __file__, str(path)], check=False, capture_output=True, text=True
    )
    assert writer.returncode == -signal.SIGKILL, writer.stderr
    left = Journal(path)
    assert [event for _, event in left.events()] == EVENTS
    left.close()


def test_only_the_hubs_user_can_read_it_and_its_log(path: Path) -> None:
    open_one = Journal(path)
    open_one.add(EVENTS[0])
    files = [*path.parent.iterdir()]
    assert len(files) > 1
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    open_one.close()


def test_two_hubs_do_not_share_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "_PATIENCE_S", 0.01)
    first = Journal(path)
    with pytest.raises(JournalError, match="locked"):
        Journal(path)
    first.add(EVENTS[0])
    first.close()


def test_no_name_stays_behind_when_the_ledger_has_heard(path: Path) -> None:
    hub = Journal(path)
    number = hub.add(EVENTS[1])
    assert number is not None
    hub.sync()
    hub.remove(number)
    hub.close()
    assert "lucía".encode() not in path.read_bytes()


def test_what_a_later_version_wrote_is_kept_for_it(path: Path) -> None:
    hub = Journal(path)
    hub.add(EVENTS[0])
    hub._file.execute("UPDATE events SET happened = 'moved'")
    with pytest.raises(JournalError, match="moved"):
        hub.events()
    assert hub._file.execute("SELECT happened FROM events").fetchall() == [("moved",)]
    hub.close()


if __name__ == "__main__":
    writing = Journal(Path(sys.argv[1]))
    for each in EVENTS:
        writing.add(each)
    os.kill(os.getpid(), signal.SIGKILL)
