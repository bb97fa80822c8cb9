"""``catalyst-hub db ACTION``: the store itself. Each action is a module of its own name."""

from __future__ import annotations

import argparse
from importlib import import_module
from types import MappingProxyType
from typing import Any

from catalyst_hub.cli.opening import add_options, with_runtime

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
    do = _module_of(args.action).run
    return with_runtime(args, f"db {args.action}", lambda runtime: do(args, runtime))


def _module_of(action: str) -> Any:
    return import_module(f"{__name__}.{action}")
