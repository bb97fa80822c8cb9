"""``catalyst-hub report``: who used what, when, and what it cost."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError, add_options, with_runtime
from catalyst_hub.core.report import GroupBy, Report, ReportQuery, ReportRow, totals
from catalyst_hub.core.spreadsheet import Cell, report_cells, report_csv, report_header
from catalyst_hub.core.window import local_day
from catalyst_hub.usecases.report_costs import report_costs

_MONTH = re.compile(r"(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_YEARS = "of the years 2000 to 2099"


def add_parser(subparsers: Any) -> None:
    """The command's options."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "report",
        help="print who used what, and what it cost",
        description="Print use and cost by community, person, profile, day or month. People "
        "appear under pseudonyms unless --names is given.",
    )
    ways = ",".join(GroupBy)
    parser.add_argument("--by", type=_ways, default="community", metavar="WAYS", help=ways)
    parser.add_argument("--month", type=_month, metavar="YYYY-MM", help="default: this month")
    parser.add_argument("--from", dest="first_on", type=_day, metavar="YYYY-MM-DD")
    parser.add_argument("--to", dest="last_on", type=_day, metavar="YYYY-MM-DD", help="inclusive")
    parser.add_argument(
        "--community", action="append", metavar="NAME", help="only this one; may be repeated"
    )
    parser.add_argument("--names", action="store_true", help="people by name, not by pseudonym")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report."""
    return with_runtime(args, "report", lambda runtime: _run(args, runtime))


def _run(args: argparse.Namespace, runtime: Runtime) -> int:
    query = _query(args, runtime)
    report = asyncio.run(runtime.read(lambda uow: report_costs(uow, query, runtime.now())))
    # The newline that ends each line is the format's own: CSV has its carriage return.
    sys.stdout.write(_FORMATS[args.format](report, runtime.policy.hub))
    return 0


def _ways(text: str) -> tuple[GroupBy, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    unknown = [word for word in words if word not in set(GroupBy)]
    if unknown or not words:
        known = ", ".join(GroupBy)
        raise argparse.ArgumentTypeError(f"{', '.join(unknown) or text!r}: expected {known}")
    return tuple(GroupBy(word) for word in dict.fromkeys(words))


def _day(text: str) -> date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    expected = f"expected a day such as 2026-11-21, {_YEARS}"
    raise argparse.ArgumentTypeError(f"{text!r}: {expected}")


def _month(text: str) -> date:
    found = _MONTH.fullmatch(text)
    if found is None:
        expected = f"expected a month such as 2026-11, {_YEARS}"
        raise argparse.ArgumentTypeError(f"{text!r}: {expected}")
    return date(int(found["year"]), int(found["month"]), 1)


def _query(args: argparse.Namespace, runtime: Runtime) -> ReportQuery:
    unknown = sorted(set(args.community or ()) - set(runtime.policy.by_slug))
    if unknown:
        known = ", ".join(runtime.policy.by_slug)
        raise WrongCallError(f"no community {', '.join(unknown)}; there are: {known}")
    first_on, next_on = _days(args, runtime)
    communities = frozenset(args.community) if args.community else None
    return ReportQuery(first_on, next_on, args.by, communities, has_names=args.names)


def _days(args: argparse.Namespace, runtime: Runtime) -> tuple[date, date]:
    """``[first, next)``: a month, or what --from and --to say."""
    if args.month and (args.first_on or args.last_on):
        raise WrongCallError("--month cannot be combined with --from or --to")
    today = local_day(runtime.now(), runtime.policy.zone)
    if args.month or not (args.first_on or args.last_on):
        first = args.month or today.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    last = args.last_on or today
    first = args.first_on or last.replace(day=1)
    if first > last:
        until = f"--to {last}" if args.last_on else f"today, {last}; say --to as well"
        raise WrongCallError(f"--from {first} is after {until}")
    return first, last + timedelta(days=1)


# --- formats ---


def _as_csv(report: Report, hub: str) -> str:
    return report_csv(report)


def _as_json(report: Report, hub: str) -> str:
    query = report.query
    document = {
        "hub": hub,
        "from": query.first_on.isoformat(),
        "to": (query.next_on - timedelta(days=1)).isoformat(),
        "by": list(query.group_by),
        "rows": [_as_object(query, row) for row in report.rows],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _as_object(query: ReportQuery, row: ReportRow) -> dict[str, object]:
    """Exact whole units: milliseconds, MiB x milliseconds, millionths of the currency."""
    usage = row.usage
    return dict(zip(query.group_by, row.keys, strict=True)) | {
        "sessions": row.sessions,
        "server_ms": usage.server_ms,
        "cpu_ms": usage.cpu_ms,
        "mib_ms": usage.mib_ms,
        "gpu_ms": usage.gpu_ms,
        "cost_micros": usage.micros,
        "currency": row.currency,
    }


def _as_table(report: Report, hub: str) -> str:
    query = report.query
    period = f"{query.first_on} to {query.next_on - timedelta(days=1)}"
    if not report.rows:
        return f"{hub}: no use from {period}.\n"
    lines = [report_header(report), *(_texts(report_cells(row)) for row in report.rows)]
    if len(report.rows) > 1:
        keys = ("total", *[""] * (len(query.group_by) - 1))
        lines += [keys + _texts(report_cells(row)) for row in totals(report.rows)]
    return f"{hub}, {period}\n\n" + _aligned(lines, len(query.group_by))


def _texts(cells: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(f"{cell:,.2f}" if isinstance(cell, Decimal) else str(cell) for cell in cells)


def _aligned(lines: Sequence[Sequence[str]], texts: int) -> str:
    """Columns: the first ``texts`` to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = (
        "  ".join(
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    return "".join(f"{row.rstrip()}\n" for row in rows)


_FORMATS = {"table": _as_table, "csv": _as_csv, "json": _as_json}
