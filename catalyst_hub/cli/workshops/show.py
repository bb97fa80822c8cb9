"""Print one workshop as JSON: its times, what it needs, its state, and what was asked and answered.
The names are those of the champions' REST API."""

from __future__ import annotations

import argparse
import asyncio
import json

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_number
from catalyst_hub.core.window import local_day
from catalyst_hub.core.workshop_object import workshop_object


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print it."""
    found = asyncio.run(runtime.read(lambda uow: uow.workshops.get(args.workshop)))
    community = runtime.policy.community(found.community) if found else None
    if found is None or community is None:
        raise WrongCallError(f"there is no workshop {args.workshop}")
    today = local_day(runtime.now(), community.zone)
    print(json.dumps(workshop_object(found, today), ensure_ascii=False, indent=2))
    return 0
