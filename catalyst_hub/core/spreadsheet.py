"""Reports as tables that spreadsheets open: what people typed must never run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

from catalyst_hub.core.report import Report, ReportRow
from catalyst_hub.core.resources import HOUR_MS
from catalyst_hub.core.roster import Member
from catalyst_hub.core.window import local_day

#: A cell that begins with one of these is a formula somewhere; some programs read the wide
#: forms of other keyboards, too.
_FORMULA_STARTS = tuple("=+-@\t\r\n|%＝＋－＠")
_MIB_MS_PER_GIB_HOUR = 1024 * HOUR_MS
_FIGURES = ("sessions", "server_hours", "cpu_hours", "gib_hours", "gpu_hours", "cost", "currency")

_PEOPLE = ("name", "shown_as", "pseudonym", "role", "came_by", "since", "last_seen")
#: Without it at the beginning of a file, spreadsheets read accents as rubbish.
BYTE_ORDER_MARK = "\ufeff"

Cell = str | int | Decimal


def neutral(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA_STARTS) else text


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Comma-separated lines. Numbers stay numbers; every text is quoted and neutral.

    Quoting all texts matters: where ``;`` separates columns, ``a;=1+1`` would be two cells.
    """
    out = StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue()


def _written(cell: Cell) -> Cell:
    return neutral(cell) if isinstance(cell, str) else cell


def report_header(report: Report) -> tuple[str, ...]:
    """The columns' names: what the rows are grouped by, then the figures."""
    return tuple(group.value for group in report.query.group_by) + _FIGURES


def report_cells(row: ReportRow) -> tuple[Cell, ...]:
    """One row: hours to four decimals, the cost exactly, in units of its currency."""
    usage = row.usage
    return (
        *row.keys,
        row.sessions,
        _hours(usage.server_ms, HOUR_MS),
        _hours(usage.cpu_ms, HOUR_MS),
        _hours(usage.mib_ms, _MIB_MS_PER_GIB_HOUR),
        _hours(usage.gpu_ms, HOUR_MS),
        Decimal(usage.micros).scaleb(-6),
        row.currency,
    )


def _hours(amount: int, per_hour: int) -> Decimal:
    return (Decimal(amount) / per_hour).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)


def report_csv(report: Report) -> str:
    """The whole report for a spreadsheet."""
    return csv_text(report_header(report), map(report_cells, report.rows))


def people_csv(members: Iterable[Member], zone: str) -> str:
    """The people of a community for a spreadsheet; days are those of the zone."""
    return csv_text(_PEOPLE, (_person_cells(member, zone) for member in members))


def _person_cells(member: Member, zone: str) -> tuple[Cell, ...]:
    person = member.person
    return (
        person.name,
        person.display_name,
        person.pseudonym,
        member.role.value,
        " ".join(dict.fromkeys(grant.source.value for grant in member.grants)),
        local_day(member.since, zone).isoformat(),
        member.seen_on.isoformat(),
    )
