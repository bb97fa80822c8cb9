"""Grant or decline a workshop that goes beyond the bounds of its community, and that waits for the
word of whoever runs the hub. Whoever asked for it is told, with the reply."""

from __future__ import annotations

import argparse
import asyncio
import getpass

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.cli.workshops.planned import refused, workshop_number
from catalyst_hub.core.audit import at_the_command_line
from catalyst_hub.core.workshop import Answer
from catalyst_hub.core.workshop_plan import PlanRefusal
from catalyst_hub.usecases.answer_workshop import answer_workshop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("workshop", type=workshop_number, metavar="ID", help="its number")
    parser.add_argument(
        "answer",
        choices=tuple(each.value for each in Answer),
        metavar="ANSWER",
        help="granted or declined",
    )
    parser.add_argument("--reply", default="", metavar="TEXT", help="a word to whoever asked")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Answer it."""
    number, answer = args.workshop, Answer(args.answer)
    actor, now = at_the_command_line(getpass.getuser()), runtime.now()
    said = asyncio.run(
        runtime.write(
            lambda uow: answer_workshop(uow, runtime.policy, number, answer, args.reply, actor, now)
        )
    )
    if said is PlanRefusal.NOT_THERE:
        raise WrongCallError(f"there is no workshop {number} that waits for an answer")
    if isinstance(said, PlanRefusal):
        raise refused(said)
    return 0
