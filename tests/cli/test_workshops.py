"""What the command line says of workshops."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.workshop import Plan
from catalyst_hub.store import Store
from tests.cli.test_report import COMMUNITIES

NOW = datetime(2026, 11, 12, 9, tzinfo=UTC)


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one workshop of a day, to which nobody has come."""
    file, url = tmp_path / "communities.yaml", f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    file.write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_COMMUNITIES_FILE", str(file))
    monkeypatch.setenv("CATALYST_DATABASE_URL", url)
    open_runtime(CatalystHub(), accept_policy=True).close()
    store = Store.open(url, "test")
    with store.unit_of_work(write=True) as uow:
        uow.workshops.add("savanna", Plan("Plants", NOW.date(), NOW.date()), "amina", NOW)
    store.close()


def test_the_report_comes_as_a_table_a_file_and_an_object(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "report", "1"]) == 0
    told = capsys.readouterr().out
    assert "title            Plants" in told
    assert main(["workshops", "report", "1", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["community"], found["registered"], found["cost"]) == ("savanna", 0, "0.000000")
    assert found["cost_per_person"] is None
    assert main(["workshops", "report", "1", "--format", "csv"]) == 0
    assert '"registered",0' in capsys.readouterr().out


def test_a_workshop_that_is_not_there_is_a_wrong_call(
    hub: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["workshops", "report", "7"]) == 2
    assert "there is no workshop 7" in capsys.readouterr().err


def test_a_drill_says_why_there_is_none(hub: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["workshops", "drill", "7"]) == 2
    assert "there is no such workshop that will take place" in capsys.readouterr().err
    assert main(["workshops", "drill", "1", "--seats", "0"]) == 2
    assert "1 to 1000 seats" in capsys.readouterr().err
