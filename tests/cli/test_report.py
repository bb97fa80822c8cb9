from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.cli import main
from catalyst_hub.config import CatalystHub
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.store import Database, Store
from tests.support.sessions import HOUR, a_person, a_session, running, stopped

#: In each of two months: lucia for two hours in savanna, kofi for one in savanna and one in pampa.
DAYS = (datetime(2026, 10, 20, 9, tzinfo=UTC), datetime(2026, 11, 12, 9, tzinfo=UTC))
RATE = 2_500_000

COMMUNITIES = """
version: 1
hub: {name: test, title: Test, time_zone: Africa/Nairobi}
providers: {demo: {type: demo, title: Demo, personas: [{name: kofi}]}}
defaults:
  profiles:
    python:
      title: Python
      environment: {command: [jupyter-lab]}
      sizes: {small: {title: Small, cpu: 1, memory: 1G}}
communities:
  savanna:
    title: Savanna
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{provider: demo, people: [kofi]}]
  pampa:
    title: Pampa
    time_zone: America/Argentina/Cordoba
    currency: ARS
    languages: [es]
    members: [{provider: demo, people: [kofi]}]
"""

Run = Callable[..., str]


def _use(uow: UnitOfWork) -> None:
    kofi, lucia = a_person(uow, "kofi"), a_person(uow, "lucia")
    for day in DAYS:
        for person, community, currency, hours in (
            (lucia, "savanna", "KES", 2),
            (kofi, "savanna", "KES", 1),
            (kofi, "pampa", "ARS", 1),
        ):
            session = a_session(
                person,
                community=community,
                currency=currency,
                rate_micros=RATE,
                reserved_at=day,
                server_name=f"{community}-{day:%m}",
            )
            stopped(uow, running(uow, session), day + hours * HOUR)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("--by", "person")``: what a call prints, in a folder with a hub's store."""
    file, url = tmp_path / "communities.yaml", f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    file.write_text(COMMUNITIES)
    monkeypatch.setenv("CATALYST_COMMUNITIES_FILE", str(file))
    monkeypatch.setenv("CATALYST_DATABASE_URL", url)
    open_runtime(CatalystHub(), accept_policy=True).close()
    database = Database.open(url)
    with Store(database, "test").unit_of_work(write=True) as uow:
        _use(uow)
    database.close()

    def call(*words: str, status: int = 0) -> str:
        assert main(["report", *words]) == status
        printed = capsys.readouterr()
        return printed.err if status else printed.out

    return call


def _rows(printed: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(printed)["rows"]
    return rows


def test_a_table_has_a_row_for_each_community_and_totals_for_each_currency(run: Run) -> None:
    lines = run("--month", "2026-11").splitlines()
    assert lines[0] == "test, 2026-11-01 to 2026-11-30"
    cells = [line.split() for line in lines[2:]]
    assert cells[0][0] == "community"
    assert cells[1] == ["pampa", "1", "1.00", "1.00", "1.00", "0.00", "2.50", "ARS"]
    assert cells[2] == ["savanna", "2", "3.00", "3.00", "3.00", "0.00", "7.50", "KES"]
    assert [line[0] for line in cells[3:]] == ["total", "total"]


def test_a_table_without_use_says_so(run: Run) -> None:
    assert run("--month", "2025-01") == "test: no use from 2025-01-01 to 2025-01-31.\n"


def test_people_have_pseudonyms_unless_names_are_asked_for(run: Run) -> None:
    month = ("--month", "2026-11", "--by", "person", "--format", "json")
    plain = [row["person"] for row in _rows(run(*month))]
    named = [row["person"] for row in _rows(run(*month, "--names"))]
    assert named == ["kofi", "kofi", "lucia"]
    assert not set(plain) & set(named)
    assert len(set(plain)) == 2


def test_csv_can_be_read_back_and_adds_up(run: Run) -> None:
    printed = run("--month", "2026-11", "--by", "community,person,day", "--format", "csv")
    lines = list(csv.DictReader(StringIO(printed)))
    assert [line["community"] for line in lines] == ["pampa", "savanna", "savanna"]
    assert sum(float(line["cost"]) for line in lines if line["currency"] == "KES") == 7.5
    assert {line["day"] for line in lines} == {"2026-11-12"}


def test_csv_keeps_a_formula_a_text(run: Run, tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'catalyst.sqlite'}")
    with Store(database, "test").unit_of_work(write=True) as uow:
        mallory = a_person(uow, "=cmd|' /C calc'!A0")
        began = DAYS[1]
        stopped(uow, running(uow, a_session(mallory, reserved_at=began)), began + HOUR)
    database.close()
    printed = run("--month", "2026-11", "--by", "person", "--names", "--format", "csv")
    assert "\"'=cmd|' /C calc'!A0\"" in printed


def test_json_has_exact_whole_units(run: Run) -> None:
    document = json.loads(run("--from", "2026-11-12", "--to", "2026-11-12", "--format", "json"))
    assert (document["from"], document["to"], document["by"]) == (
        "2026-11-12",
        "2026-11-12",
        ["community"],
    )
    assert document["rows"][1] == {
        "community": "savanna",
        "sessions": 2,
        "server_ms": 10_800_000,
        "cpu_ms": 10_800_000,
        "mib_ms": 1024 * 10_800_000,
        "gpu_ms": 0,
        "cost_micros": 7_500_000,
        "currency": "KES",
    }


def test_months_and_communities_can_be_chosen(run: Run) -> None:
    both = ("--from", "2026-10-01", "--to", "2026-11-30", "--by", "month", "--format", "json")
    rows = _rows(run(*both, "--community", "savanna"))
    assert [(row["month"], row["cost_micros"]) for row in rows] == [
        ("2026-10", 7_500_000),
        ("2026-11", 7_500_000),
    ]


def test_the_last_day_counts(run: Run) -> None:
    before = ("--from", "2026-11-01", "--to", "2026-11-11", "--format", "json")
    assert _rows(run(*before)) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--by", "planet"), "'planet': expected community, person, profile, day, month"),
        (("--by", ""), "expected community, person"),
        (("--month", "2026-13"), "expected a month such as 2026-11"),
        (("--month", "november"), "expected a month such as 2026-11"),
        (("--from", "2026-02-30"), "expected a day such as 2026-11-21"),
        (("--to", "9999-12-31"), "expected a day such as 2026-11-21, of the years 2000 to 2099"),
        (("--month", "0001-01"), "expected a month such as 2026-11, of the years 2000 to 2099"),
        (("--format", "xls"), "invalid choice: 'xls'"),
    ],
)
def test_what_cannot_be_read_is_said(
    words: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", *words])
    assert ended.value.code == 2
    assert told in capsys.readouterr().err


def test_days_in_the_wrong_order_are_named(run: Run) -> None:
    told = run("--from", "2026-11-02", "--to", "2026-11-01", status=2)
    assert told == "catalyst-hub report: --from 2026-11-02 is after --to 2026-11-01\n"


def test_a_first_day_to_come_needs_a_last(run: Run) -> None:
    told = run("--from", "2099-12-31", status=2)
    assert "--from 2099-12-31 is after today, " in told
    assert told.endswith("say --to as well\n")


def test_the_first_and_the_last_of_all_days_have_a_report(run: Run) -> None:
    assert "savanna" in run("--from", "2000-01-01", "--to", "2099-12-31")
    assert "no use from 2099-12-01 to 2099-12-31" in run("--month", "2099-12")


def test_a_month_beside_days_is_refused(run: Run) -> None:
    assert "cannot be combined" in run("--month", "2026-11", "--to", "2026-11-01", status=2)


def test_an_unknown_community_is_told_the_known_ones(run: Run) -> None:
    told = run("--community", "savana", status=2)
    assert told == "catalyst-hub report: no community savana; there are: savanna, pampa\n"


def test_a_wrong_folder_is_told_and_gets_no_database(run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    told = run("--database-url", f"sqlite:///{elsewhere}", status=2)
    assert told == f"catalyst-hub report: there is no database {elsewhere}\n"
    assert not elsewhere.exists()


def test_a_broken_database_is_an_error_in_words(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"not a database, but a text that is long enough" * 100)
    told = run("--database-url", f"sqlite:///{broken}", status=1)
    assert told.startswith("catalyst-hub report: ")
    assert "Traceback" not in told


def test_the_default_is_the_month_of_today(run: Run) -> None:
    today = datetime.now(UTC) + timedelta(hours=3)  # Nairobi, the hub's zone
    assert json.loads(run("--format", "json"))["from"] == f"{today:%Y-%m}-01"
