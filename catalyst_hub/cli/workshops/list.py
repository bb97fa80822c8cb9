"""List workshops with their numbers, days and states: those of one community, or of all."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterable

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.workshops.planned import community_called
from catalyst_hub.core.community import Community
from catalyst_hub.core.view import ScheduledWorkshop
from catalyst_hub.usecases.list_workshops import list_workshops


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("community", nargs="?", metavar="COMMUNITY", help="default: all")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Print a line for each."""
    for community in _communities(args, runtime):
        slug, now = community.slug, runtime.now()
        found = asyncio.run(
            runtime.read(lambda uow: list_workshops(uow, runtime.policy, slug, now))  # noqa: B023
        )
        for each in found:
            print(_line(each))
    return 0


def _communities(args: argparse.Namespace, runtime: Runtime) -> Iterable[Community]:
    if args.community is None:
        return runtime.policy.communities
    return [community_called(args.community, runtime)]


def _line(scheduled: ScheduledWorkshop) -> str:
    each = scheduled.workshop
    days = f"{each.first_on}..{each.last_on}"
    return f"{each.workshop_id:>5}  {days}  {scheduled.state:<9}  {each.community}  {each.title}"
