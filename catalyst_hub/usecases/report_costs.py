"""Who used what, when, and what it cost."""

from __future__ import annotations

from datetime import datetime

from catalyst_hub.core.report import Report, ReportQuery
from catalyst_hub.core.unit_of_work import UnitOfWork


def report_costs(uow: UnitOfWork, query: ReportQuery, now: datetime) -> Report:
    """The report, sorted by its keys; servers still running are counted up to ``now``."""
    rows = sorted(uow.reports.rows(query, now), key=lambda row: (row.keys, row.currency))
    return Report(query, tuple(rows))
