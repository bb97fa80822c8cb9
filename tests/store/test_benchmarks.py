from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from benchmarks.history import HUB, NOW, fill
from benchmarks.usage_quotas import theirs
from benchmarks.usage_quotas.history import runs
from benchmarks.usage_quotas.prometheus import MissingError, prometheus, samples
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


def test_the_benchmark_of_a_year_holds_everything_against_plain_sql(
    empty_database_url: str, tmp_path: Path
) -> None:
    where = (
        ["--sqlite", tmp_path / "catalyst.sqlite"]
        if empty_database_url.startswith("sqlite")
        else ["--postgresql", empty_database_url]
    )
    command = [sys.executable, "-m", "benchmarks.year", "--sessions", "700", "--rounds", "5"]
    output = subprocess.run(
        [*command, *where], cwd=_ROOT, check=True, capture_output=True, text=True
    ).stdout
    for what in ("report by community and month", "report by person", "repair of all sums"):
        assert re.search(rf"{what}: .*plain SQL .*; ratio \d", output), output
    assert "check of 1,000 sessions" in output
    assert re.search(r"admission: .* x bare insert", output), output


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


def test_beside_usage_quotas_ours_admits_what_there_is_room_for() -> None:
    few = ["--ours", "--people", "1", "--decisions", "2", "--servers", "6"]
    command = [sys.executable, "-m", "benchmarks.usage_quotas", *few]
    output = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True).stdout
    refused = re.findall(r"^(\w+): .* refused$", output, re.MULTILINE)
    assert refused == ["almost", "over", "anna"], output
    assert re.search(r"6 servers at once: running in the end +4$", output, re.MULTILINE), output


def test_without_what_the_peer_needs_the_comparison_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theirs, "FOLDER", tmp_path / "nothing")
    with pytest.raises(MissingError, match=r"needs Python 3\.12 or newer"):
        theirs.environment("python-of-tomorrow")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="install Debian's package prometheus"):
        prometheus((), tmp_path).__enter__()


def test_prometheus_and_the_ledger_are_told_the_same_hours() -> None:
    told = list(runs(2, NOW))
    hours = sum((run.ends_at - run.starts_at) / timedelta(hours=1) for run in told)
    memory = [line for line in samples(told) if line.startswith("kube_pod_container")]
    assert len(memory) == round(hours * 60)
