from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest

from catalyst_hub.core.report import GroupBy, Report, ReportQuery, ReportRow
from catalyst_hub.core.resources import HOUR_MS, Usage
from catalyst_hub.core.spreadsheet import csv_text, neutral, report_csv

QUERY = ReportQuery(date(2026, 11, 1), date(2026, 12, 1), (GroupBy.COMMUNITY, GroupBy.PERSON))


@pytest.mark.parametrize(
    "typed",
    [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "＝1",
        "|cmd",
        "%0A=1",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(typed: str) -> None:
    assert neutral(typed) == "'" + typed


@pytest.mark.parametrize("typed", ["kofi", "Lucía Fernández", "a=b", "3-4", ""])
def test_other_texts_stay_as_they_are(typed: str) -> None:
    assert neutral(typed) == typed


def test_a_semicolon_cannot_open_a_second_cell() -> None:
    assert csv_text(("name",), [("a;=1+1",)]) == '"name"\r\n"a;=1+1"\r\n'


def test_negative_numbers_stay_numbers() -> None:
    assert csv_text(("n",), [(-5,)]).splitlines()[1] == "-5"


def test_a_report_shows_hours_and_exact_money() -> None:
    usage = Usage(server_ms=HOUR_MS, cpu_ms=2 * HOUR_MS, mib_ms=4096 * HOUR_MS, micros=1_234_567)
    row = ReportRow(("pampa", "=lucia"), "ARS", 3, usage)
    (line,) = csv.DictReader(StringIO(report_csv(Report(QUERY, (row,)))))
    assert line == {
        "community": "pampa",
        "person": "'=lucia",
        "sessions": "3",
        "server_hours": "1.0000",
        "cpu_hours": "2.0000",
        "gib_hours": "4.0000",
        "gpu_hours": "0.0000",
        "cost": "1.234567",
        "currency": "ARS",
    }


def test_the_sum_of_the_lines_is_the_sum_of_the_report() -> None:
    rows = tuple(
        ReportRow(("a", str(n)), "USD", 1, Usage(HOUR_MS, HOUR_MS, 1, 0, n)) for n in range(100)
    )
    lines = csv.DictReader(StringIO(report_csv(Report(QUERY, rows))))
    total = sum(round(float(line["cost"]) * 1_000_000) for line in lines)
    assert total == sum(row.usage.micros for row in rows)
