"""``catalyst-hub data PERSON``: everything that is stored about somebody, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import COULD_NOT, add_options, say, with_runtime
from catalyst_hub.usecases.export_personal_data import export_personal_data


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "data",
        help="print everything that is stored about a person",
        description="Print everything that the store holds about a person, as JSON: what people "
        "get on their own page. For somebody who cannot sign in any more and asks for it.",
    )
    parser.add_argument("person", metavar="PERSON", help="the name on the hub")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print it; 0 done, 1 when there is no such person or no store, 2 called wrongly."""
    return with_runtime(args, "data", lambda runtime: _run(runtime, args.person))


def _run(runtime: Runtime, name: str) -> int:
    data = asyncio.run(runtime.read(lambda uow: export_personal_data(uow, name, runtime.now())))
    if data is None:
        return say("data", f"nobody is called {name}", COULD_NOT)
    print(json.dumps(data.document(), ensure_ascii=False, indent=2))
    return 0
