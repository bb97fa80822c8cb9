from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.year import HUB, NOW, fill
from catalyst_hub.core.report import GroupBy, ReportQuery
from catalyst_hub.store import Database, Store

_ROOT = Path(__file__).parents[2]


def test_the_admission_benchmark_prints_a_ratio_of_both_percentiles(
    empty_database_url: str, tmp_path: Path
) -> None:
    where = (
        ["--sqlite", tmp_path / "catalyst.sqlite"]
        if empty_database_url.startswith("sqlite")
        else ["--postgresql", empty_database_url]
    )
    command = [sys.executable, "-m", "benchmarks.admission", "--ended", "500", "--rounds", "40"]
    output = subprocess.run(
        [*command, *where], cwd=_ROOT, check=True, capture_output=True, text=True
    ).stdout
    assert re.search(r"ratio +p50 +\d+\.\d\d +p99 +\d+\.\d\d", output), output
    assert "a year by community and month" in output


@pytest.mark.parametrize("keys", [(GroupBy.COMMUNITY,), (GroupBy.PERSON, GroupBy.PROFILE)])
def test_the_year_it_measures_adds_up(tmp_path: Path, keys: tuple[GroupBy, ...]) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'catalyst.sqlite'}")
    fill(database, ended=500, running=0)
    with database.transaction(write=False) as connection:
        entries, micros = connection.exec_driver_sql(
            "SELECT count(*), sum(micros) FROM ledger_entries"
        ).one()
    with Store(database, HUB).unit_of_work() as uow:
        rows = uow.reports.rows(ReportQuery(date(2025, 1, 1), date(2027, 1, 1), keys), NOW)
    database.close()
    assert sum(row.sessions for row in rows) == entries == 500
    assert sum(row.usage.micros for row in rows) == micros


def test_the_benchmark_of_rules_prints_both_percentiles() -> None:
    few = ["--communities", "40", "--people", "50"]
    command = [sys.executable, "-m", "benchmarks.sign_in_rules", *few]
    output = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    assert re.search(r"clock +p50 \d+\.\d+ ms +p99 \d+\.\d+ ms", output), output


def test_in_the_storm_of_sign_ins_nobody_is_refused_by_either_hub() -> None:
    few = ["--people", "3", "--rounds", "1"]
    command = [sys.executable, "-m", "benchmarks.sign_in_storm", *few]
    output = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    assert len(re.findall("refused 0$", output, re.MULTILINE)) == 2, output
    assert re.search(r"hub CPU, ours / bare: median \d+\.\d\d", output), output
