"""Call off a workshop: its invitations end, and whoever came with them stays, or goes as after it.
Its instructors are members like everybody within a minute."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.cancel_workshop import cancel_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Call it off."""
    actor, now = at_the_command_line(getpass.getuser()), runtime.now()

    def cancel(uow: UnitOfWork) -> bool:
        found = uow.workshops.get(args.workshop)
        if found is None:
            return False
        return cancel_workshop(uow, found.community, args.workshop, actor, now) is not None

    if not asyncio.run(runtime.write(cancel)):
        raise WrongCallError(f"there is no workshop {args.workshop} that stands")
    return 0
