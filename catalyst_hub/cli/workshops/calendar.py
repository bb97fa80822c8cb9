"""Print the times of a workshop as a calendar file (.ics)."""

from __future__ import annotations

import argparse
import asyncio
import sys

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.champion.calendar_files import written_calendar
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.calendar_times import require_library
from catalyst_hub.cli.workshops.planned import workshop_number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print it."""
    require_library()
    found = asyncio.run(runtime.read(lambda uow: uow.workshops.get(args.workshop)))
    community = runtime.policy.community(found.community) if found else None
    if found is None or community is None:
        raise WrongCallError(f"there is no workshop {args.workshop}")
    sys.stdout.write(written_calendar(found, community.zone).decode())
    return 0
