"""``catalyst-hub db ACTION``: the store itself. Each action is a module of its own name."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from importlib import import_module
from types import MappingProxyType
from typing import Any

from traitlets import TraitError

from catalyst_hub.bootstrap import OPENING_ERRORS, open_runtime
from catalyst_hub.cli.opening import WrongCallError, add_options, config_of

_COULD_NOT, _CALLED_WRONGLY = 1, 2

ACTIONS = MappingProxyType(
    {
        "backup": "copy a SQLite store to a file, while everything goes on",
        "check": "prove that every session is charged as it must be, and every sum is right",
        "rebuild": "make sums that differ from the ledger right, while everything goes on",
        "tidy": "take the names out of what is older than it is to be kept",
    }
)


def add_parser(subparsers: Any) -> None:
    """Declare the command, its actions and their arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "db",
        help="back up the store, check it, repair its sums",
        description="Look after the store. Nothing has to be stopped for it.",
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, summary in ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=_module_of(name).__doc__)
        _module_of(name).add_arguments(action)
        add_options(action)


def run(args: argparse.Namespace) -> int:
    """Do it; 0 done, 1 when it could not or found something wrong, 2 when called wrongly."""
    try:
        with closing(open_runtime(config_of(args), accept_policy=False)) as runtime:
            status: int = _module_of(args.action).run(args, runtime)
    except (WrongCallError, TraitError) as error:
        return _say(args, error, _CALLED_WRONGLY)
    except (*OPENING_ERRORS, OSError) as error:
        return _say(args, error, _COULD_NOT)
    return status


def _module_of(action: str) -> Any:
    return import_module(f"{__name__}.{action}")


def _say(args: argparse.Namespace, error: Exception, status: int) -> int:
    print(f"catalyst-hub db {args.action}: {error}", file=sys.stderr)
    return status
