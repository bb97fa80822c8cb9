"""Make a workshop, as whoever runs the hub: no bounds hold, and nobody has to agree. `plan` with
the same options says before what it would come to."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.workshops.planned import (
    add_plan_arguments,
    community_called,
    plan_from,
    refused,
)
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.usecases.schedule_workshop import schedule_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    add_plan_arguments(parser)


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Make it, and print its number."""
    community, now = community_called(args.community, runtime), runtime.now()
    plan, actor = plan_from(args, community), at_the_command_line(getpass.getuser())
    made = asyncio.run(
        runtime.write(
            lambda uow: schedule_workshop(
                uow, runtime.policy, community.slug, plan, actor, now, by_operator=True
            )
        )
    )
    if isinstance(made, PlanRefusal):
        raise refused(made, plan, community)
    print(made.workshop_id)
    return 0
