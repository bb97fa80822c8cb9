"""The command line: ``catalyst-hub COMMAND``. Each command is a module of its own name."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any

from catalyst_hub import __version__

#: What ``catalyst-hub --help`` lists. A command's module is imported only when it is called: a
#: check of a file must not wait for a hub's libraries.
COMMANDS = MappingProxyType(
    {
        "check": "read a communities file and name every mistake in it",
        "correct": "say when a session really ended; its cost follows",
        "culling": "say what would become of every server now, and why",
        "data": "print everything that is stored about a person",
        "db": "back up the store, check it, repair its sums",
        "demo": "run a whole hub with invented people and communities on this machine",
        "erase": "forget a person; sums stay, without a name",
        "explain": "say which communities the rules let a person into, and why",
        "import-z2jh": "turn the values files of existing hubs into a communities file",
        "mails": "list the mail that could not be sent, and why",
        "maintenance": "pause the hub, or one community of it",
        "orphans": "list what nobody looks after any more",
        "report": "print who used what, and what it cost",
        "try-limit": "tell whom a limit would have stopped, and on which days",
        "top-up": "pay into a community's budget",
        "workshops": "say what became of workshops",
    }
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0 done, 1 it could not, 2 called wrongly."""
    words = sys.argv[1:] if argv is None else list(argv)
    called = next((word for word in words if not word.startswith("-")), None)
    args = _parser(called).parse_args(words)
    try:
        status: int = _module_of(args.command).run(args)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader (head, less) has seen enough; Python must not complain about it at exit.
        sys.stderr.close()
        return 1
    return status


def _module_of(command: str) -> Any:
    return import_module(f"{__name__}.{command.replace('-', '_')}")


def _parser(called: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="catalyst-hub",
        description="JupyterHub for many communities: people, environments, limits, costs.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        if name == called:
            _module_of(name).add_parser(subparsers)
        else:
            subparsers.add_parser(name, help=summary)
    return parser
