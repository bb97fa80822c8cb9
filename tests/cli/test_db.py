"""``catalyst-hub db`` and ``catalyst-hub correct``, on a real store."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.communities_file import CommunitiesFileError, parse
from catalyst_hub.config import CatalystHub
from catalyst_hub.store import Store
from tests.cli.test_personal_data import COMMUNITIES
from tests.support.ledger import breaches
from tests.support.sessions import HOUR, NOW, a_person, a_session, running, stopped


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with two sessions in the ledger, of a day each."""
    file, path = tmp_path / "communities.yaml", tmp_path / "catalyst.sqlite"
    file.write_text(COMMUNITIES)
    config = CatalystHub(communities_file=str(file), database_url=f"sqlite:///{path}")
    open_runtime(config, accept_policy=True).close()
    store = Store.open(f"sqlite:///{path}", "test")
    with store.unit_of_work(write=True) as uow:
        person = a_person(uow)
        for days in (30, 10):
            begun_at = NOW - timedelta(days=days)
            session = a_session(person, reserved_at=begun_at)
            stopped(uow, running(uow, session), begun_at + 24 * HOUR)
    store.close()
    return path


def call(path: Path, *words: str) -> int:
    return main([*words, "--database-url", f"sqlite:///{path}"])


def do(path: Path, statement: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement).fetchall()


def test_a_sound_store_is_told_to_be_sound(path: Path, capsys) -> None:
    assert call(path, "db", "check") == 0
    assert capsys.readouterr().out == "all is well with 2 sessions\n"


def test_each_row_that_is_wrong_is_named_with_what_is_wrong(path: Path, capsys) -> None:
    do(path, "UPDATE community_days SET micros = micros + 1 WHERE day_on = '2026-10-22'")
    assert call(path, "db", "check") == 1
    out = capsys.readouterr().out
    assert "sums: community_days community=savanna, day_on=2026-10-22" in out
    assert "-1 micros" in out
    assert call(path, "db", "check", "--json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["sessions"] == 2
    assert {breach["invariant"] for breach in document["breaches"]} == {"sums"}


def test_a_check_changes_nothing(path: Path) -> None:
    before = sqlite3.connect(path).execute("SELECT count(*) FROM audit").fetchall()
    call(path, "db", "check")
    assert sqlite3.connect(path).execute("SELECT count(*) FROM audit").fetchall() == before


def test_what_is_wrong_with_sums_can_be_made_right(path: Path, capsys) -> None:
    do(path, "DELETE FROM person_days")
    assert call(path, "db", "rebuild") == 0
    assert "rows of the sums were wrong and are right now" in capsys.readouterr().out
    assert call(path, "db", "check") == 0
    assert call(path, "db", "rebuild") == 0
    assert capsys.readouterr().out.endswith("all was right\n")


def test_a_backup_takes_the_place_of_a_lost_store(path: Path, tmp_path: Path, capsys) -> None:
    backup = tmp_path / "backup.sqlite"
    assert call(path, "db", "backup", str(backup)) == 0
    assert call(path, "db", "backup", str(backup)) == 1
    assert "never overwritten" in capsys.readouterr().err
    for name in ("catalyst.sqlite", "catalyst.sqlite-wal", "catalyst.sqlite-shm"):
        (tmp_path / name).unlink(missing_ok=True)
    shutil.copy(backup, path)
    assert call(path, "db", "check") == 0
    assert "all is well with 2 sessions" in capsys.readouterr().out


def _a_session(path: Path) -> tuple[str, ...]:
    return do(path, "SELECT session_id, ended_at FROM sessions ORDER BY reserved_at")[0]


def _wanted(session_id: str) -> list[str]:
    return ["correct", session_id, "--ended-at", "2026-10-22T13:00Z", "--reason", "power cut"]


def test_a_session_is_corrected_and_its_cost_follows(path: Path, capsys) -> None:
    session_id, _ = _a_session(path)
    assert call(path, *_wanted(session_id)) == 0
    assert "-82.80 KES, -23.00 hours" in capsys.readouterr().out
    assert do(path, "SELECT sum(server_ms) FROM community_months") == [(25 * 3_600_000,)]
    [(actor,)] = do(path, "SELECT actor FROM audit WHERE action = 'session:corrected'")
    assert actor == "service:command-line"
    with closing(Store.open(f"sqlite:///{path}", "test")) as store:
        assert breaches(store) == []


def test_what_cannot_be_corrected_is_refused_with_the_reason(path: Path, capsys) -> None:
    assert call(path, *_wanted("never")) == 1
    assert "there is no session never" in capsys.readouterr().err
    session_id, _ = _a_session(path)
    late = ["correct", session_id, "--ended-at", "2126-10-22T13:00Z", "--reason", "?"]
    assert call(path, *late) == 1
    assert "in the future" in capsys.readouterr().err


@pytest.mark.parametrize("when", ["yesterday", "2026-10-22", "2026-10-22T13:00"])
def test_an_instant_needs_its_offset(path: Path, when: str, capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        call(path, "correct", "s", "--ended-at", when, "--reason", "power cut")
    assert caught.value.code == 2
    assert "with its offset" in capsys.readouterr().err


def test_a_correction_needs_a_reason(path: Path) -> None:
    session_id, ended_at = _a_session(path)
    words = _wanted(session_id)[:-1]
    with pytest.raises(SystemExit):
        call(path, *words, " ")
    assert _a_session(path) == (session_id, ended_at)


def _keeping(path: Path, words: str) -> None:
    """The communities file in force says so."""
    file = path.with_name("communities.yaml")
    file.write_text(COMMUNITIES.replace("title: Test\n", f"title: Test\n  {words}\n", 1))
    config = CatalystHub(communities_file=str(file), database_url=f"sqlite:///{path}")
    open_runtime(config, accept_policy=True).close()


def _old(path: Path) -> None:
    """One of the two sessions is of long ago."""
    long_ms = 400 * 24 * 3_600_000
    do(
        path,
        f"UPDATE sessions SET reserved_at = reserved_at - {long_ms},"
        f" running_at = running_at - {long_ms}, ended_at = ended_at - {long_ms}"
        " WHERE reserved_at = (SELECT min(reserved_at) FROM sessions)",
    )


def test_without_a_word_in_the_file_nothing_is_tidied(path: Path, capsys) -> None:
    assert call(path, "db", "tidy") == 2
    assert "keeps details for ever" in capsys.readouterr().err


def test_a_dry_run_counts_what_tidying_then_does(path: Path, capsys) -> None:
    _keeping(path, "keep_details_for: 365d")
    _old(path)
    assert call(path, "db", "tidy", "--dry-run") == 0
    assert capsys.readouterr().out == "sessions: 1 rows would lose their details\n"
    names = "SELECT user_name FROM sessions WHERE user_name LIKE 'past:%'"
    assert do(path, names) == []
    assert call(path, "db", "tidy") == 0
    assert capsys.readouterr().out == "sessions: 1 rows have lost their details\n"
    assert len(do(path, names)) == 1
    assert call(path, "db", "tidy") == 0
    assert capsys.readouterr().out == "nothing is older than 365 days\n"


def test_details_are_kept_for_a_month_at_least(path: Path) -> None:
    with pytest.raises(CommunitiesFileError, match="shorter than a month"):
        parse(COMMUNITIES.replace("title: Test\n", "title: Test\n  keep_details_for: 29d\n", 1))


def test_a_backup_into_no_folder_says_so(path: Path, tmp_path: Path, capsys) -> None:
    assert call(path, "db", "backup", str(tmp_path / "nowhere" / "copy.sqlite")) == 2
    assert f"there is no folder {tmp_path / 'nowhere'}" in capsys.readouterr().err
