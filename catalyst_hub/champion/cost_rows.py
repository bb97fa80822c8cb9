"""A month's report as the lines of a table, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from catalyst_hub.champion.wording import short_day
from catalyst_hub.core.community import Community
from catalyst_hub.core.profile import text_in
from catalyst_hub.core.report import GroupBy, Report, ReportRow, totals
from catalyst_hub.core.resources import HOUR_MS
from catalyst_hub.i18n import Translator

_MIB_MS_PER_GIB_HOUR = 1024 * HOUR_MS


@dataclass(frozen=True, slots=True)
class CostRow:
    """One line: numbers without their units, which stand in the table's head."""

    name: str
    sessions: str
    server_hours: str
    cpu_hours: str
    memory_hours: str
    gpu_hours: str
    cost: str


def cost_rows(
    report: Report, way: GroupBy, community: Community, translator: Translator
) -> list[CostRow]:
    """The report's rows; people and profiles by what they cost, days as they came."""
    rows = list(report.rows)
    if way is not GroupBy.DAY:
        rows.sort(key=lambda row: (-row.usage.micros, -row.usage.server_ms, row.keys))
    return [_row(_name(row.keys[0], way, community, translator), row, translator) for row in rows]


def total_rows(rows: Iterable[ReportRow], translator: Translator) -> list[CostRow]:
    """The sum of all rows, one for each currency."""
    return [_row(translator.gettext("Total"), row, translator) for row in totals(rows)]


def _name(key: str, way: GroupBy, community: Community, translator: Translator) -> str:
    if way is GroupBy.DAY:
        return short_day(date.fromisoformat(key), translator)
    profile = community.profile(key) if way is GroupBy.PROFILE else None
    return text_in(profile.title, translator.language) if profile else key


def _row(name: str, row: ReportRow, translator: Translator) -> CostRow:
    def hours(amount: int, per_hour: int = HOUR_MS) -> str:
        return translator.number(Decimal(amount) / per_hour, 1)

    usage = row.usage
    return CostRow(
        name=name,
        sessions=translator.number(row.sessions),
        server_hours=hours(usage.server_ms),
        cpu_hours=hours(usage.cpu_ms),
        memory_hours=hours(usage.mib_ms, _MIB_MS_PER_GIB_HOUR),
        gpu_hours=hours(usage.gpu_ms),
        cost=translator.money(usage.micros, row.currency),
    )
