"""A workshop's report as names and values, the same for files and for programs."""

from __future__ import annotations

from decimal import Decimal

from catalyst_hub.core.resources import HOUR_MS
from catalyst_hub.core.spreadsheet import Cell, csv_text
from catalyst_hub.core.workshop_report import WorkshopReport


def figures(report: WorkshopReport) -> dict[str, object]:
    """JSON values, in the order in which they are told. Times are in seconds, money in units of
    ``currency`` as text; null: not known, or not yet."""
    workshop, per_person = report.workshop, report.micros_per_person
    return {
        "workshop": workshop.workshop_id,
        "community": workshop.community,
        "title": workshop.title,
        "first_on": workshop.first_on.isoformat(),
        "last_on": workshop.last_on.isoformat(),
        "is_over": report.is_over,
        "registered": report.registered,
        "came": report.came,
        "starts": report.starts,
        "server_hours": round(report.usage.server_ms / HOUR_MS, 4),
        "peak": report.peak,
        "start_median_s": _seconds(report.start_median_ms),
        "start_p95_s": _seconds(report.start_p95_ms),
        "failures": dict(report.failures),
        "cost": _money(report.usage.micros),
        "cost_per_person": None if per_person is None else _money(per_person),
        "currency": report.currency,
        "came_back": {str(days): count for days, count in report.came_back.items()},
    }


def figures_csv(report: WorkshopReport) -> str:
    """One figure in each line; what is not known is empty."""
    return csv_text(("figure", "value"), cells(report))


def cells(report: WorkshopReport) -> list[tuple[str, Cell]]:
    """Pairs of a name and a value; what has several has a name for each."""
    rows: list[tuple[str, Cell]] = []
    for name, value in figures(report).items():
        if isinstance(value, dict):
            rows += [(f"{name}:{key}", _cell(each)) for key, each in value.items()]
        elif name.startswith("cost"):
            rows.append((name, Decimal(str(value)) if value else ""))
        else:
            rows.append((name, _cell(value)))
    return rows


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return Decimal(str(value))
    return value if isinstance(value, int) else str(value)


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else round(ms / 1000, 1)


def _money(micros: int) -> str:
    return str(Decimal(micros).scaleb(-6))
