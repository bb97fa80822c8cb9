"""``catalyst-hub workshops ACTION``: workshops. Each action is a module of its own name."""

from __future__ import annotations

import argparse
from importlib import import_module
from types import MappingProxyType
from typing import Any

from catalyst_hub.cli.opening import add_options, with_runtime

ACTIONS = MappingProxyType(
    {
        "list": "list workshops with their numbers",
        "plan": "say what a workshop would need, cost and do",
        "schedule": "make a workshop",
        "change": "change one, or say what a change would come to",
        "show": "print one workshop",
        "calendar": "print its times as a calendar file",
        "answer": "grant or decline one that is beyond the bounds",
        "cancel": "call one off",
        "instructors": "say who instructs in one, appoint and dismiss them",
        "invite": "make a code that lets learners or instructors in",
        "invitations": "list the invitations of one, and end them",
        "rehearse": "show the hub as its learners will find it",
        "drill": "start servers of a workshop days before, and say how long that takes",
        "report": "say what became of a workshop, in numbers that name nobody",
    }
)


def add_parser(subparsers: Any) -> None:
    """Declare the command, its actions and their arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "workshops",
        help="plan, make and try workshops, and say what became of them",
        description="Workshops of all communities of this hub.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=_module_of(name).__doc__)
        _module_of(name).add_arguments(action)
        add_options(action)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 done, 1 when it could not, 2 when it was called wrongly."""
    do = _module_of(args.action).run
    return with_runtime(args, f"workshops {args.action}", lambda runtime: do(args, runtime))


def _module_of(action: str) -> Any:
    return import_module(f"{__name__}.{action}")
