"""``catalyst-hub orphans``: what nobody looks after any more."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from traitlets import TraitError

from catalyst_hub.bootstrap import OPENING_ERRORS, open_runtime
from catalyst_hub.cli.opening import WrongCallError, add_options, config_of
from catalyst_hub.core.orphan import Kind, Orphan
from catalyst_hub.culler.places import LocalProcesses
from catalyst_hub.culler.sweeper import described
from catalyst_hub.usecases.find_orphans import find_orphans

_COULD_NOT, _CALLED_WRONGLY = 1, 2
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
    try:
        with closing(open_runtime(config_of(args), accept_policy=False)) as runtime:
            found = LocalProcesses().find()
            orphans = asyncio.run(
                runtime.read(lambda uow: find_orphans(uow, runtime.policy, found, runtime.now()))
            )
    except (WrongCallError, TraitError) as error:
        print(f"catalyst-hub orphans: {error}", file=sys.stderr)
        return _CALLED_WRONGLY
    except OPENING_ERRORS as error:
        print(f"catalyst-hub orphans: {error}", file=sys.stderr)
        return _COULD_NOT
    _print(orphans)
    return 0


def _print(orphans: Sequence[Orphan]) -> None:
    if not orphans:
        print("everything is looked after")
    for orphan in orphans:
        print(f"{orphan.kind}  {described(orphan)}: {_NEXT[orphan.kind]}")
