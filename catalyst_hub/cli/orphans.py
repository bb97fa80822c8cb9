"""``catalyst-hub orphans``: what nobody looks after any more."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import add_options, with_runtime
from catalyst_hub.core.orphan import Kind, Orphan
from catalyst_hub.culler.places import LocalProcesses
from catalyst_hub.culler.sweeper import described
from catalyst_hub.usecases.find_orphans import find_orphans

#: What becomes of each kind.
_NEXT = {
    Kind.SERVER: "the culler ends it after its grace",
    Kind.SESSION: "the culler closes it: does it run, and reach the hub?",
    Kind.ACCOUNT: "the culler removes it: does it run, and reach the hub?",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "orphans",
        help="list what nobody looks after any more",
        description="List servers that run on this machine under our own user and that the hub has"
        " forgotten, sessions whose server nobody has seen for minutes, and workshop accounts that"
        " should have gone with their workshop. Changes nothing: the culler cleans them.",
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print them; 0 even when there are some: nothing is wrong with asking."""
    return with_runtime(args, "orphans", _run)


def _run(runtime: Runtime) -> int:
    found = LocalProcesses().find()
    _print(
        asyncio.run(
            runtime.read(lambda uow: find_orphans(uow, runtime.policy, found, runtime.now()))
        )
    )
    return 0


def _print(orphans: Sequence[Orphan]) -> None:
    if not orphans:
        print("everything is looked after")
    for orphan in orphans:
        print(f"{orphan.kind}  {described(orphan)}: {_NEXT[orphan.kind]}")
