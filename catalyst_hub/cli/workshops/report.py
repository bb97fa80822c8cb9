"""Say what became of a workshop, or how it stands so far: who came, how long servers ran, how
starts went, what it cost, who came back. Numbers only; nobody is named."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_number
from catalyst_hub.core.workshop_figures import cells, figures, figures_csv
from catalyst_hub.core.workshop_report import WorkshopReport
from catalyst_hub.usecases.report_workshop import report_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument(
        "workshop",
        type=workshop_number,
        metavar="ID",
        help="its number, the last word of its page's address",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print it."""
    report = asyncio.run(
        runtime.read(lambda uow: report_workshop(uow, runtime.policy, args.workshop, runtime.now()))
    )
    if report is None:
        raise WrongCallError(f"there is no workshop {args.workshop}")
    sys.stdout.write(_FORMATS[args.format](report))
    return 0


def _table(report: WorkshopReport) -> str:
    rows = cells(report)
    width = max(len(name) for name, _ in rows)
    return "".join(f"{name:<{width}}  {value}".rstrip() + "\n" for name, value in rows)


def _json(report: WorkshopReport) -> str:
    return json.dumps(figures(report), ensure_ascii=False, indent=2) + "\n"


_FORMATS = {"table": _table, "csv": figures_csv, "json": _json}
