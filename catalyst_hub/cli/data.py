"""``catalyst-hub data PERSON``: everything that is stored about somebody, as JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from contextlib import closing
from typing import Any

from traitlets import TraitError

from catalyst_hub.bootstrap import OPENING_ERRORS, open_runtime
from catalyst_hub.cli.opening import WrongCallError, add_options, config_of
from catalyst_hub.usecases.export_personal_data import export_personal_data

_COULD_NOT, _CALLED_WRONGLY = 1, 2


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
    try:
        with closing(open_runtime(config_of(args), accept_policy=False)) as runtime:
            data = asyncio.run(
                runtime.read(lambda uow: export_personal_data(uow, args.person, runtime.now()))
            )
    except (WrongCallError, TraitError) as error:
        print(f"catalyst-hub data: {error}", file=sys.stderr)
        return _CALLED_WRONGLY
    except OPENING_ERRORS as error:
        print(f"catalyst-hub data: {error}", file=sys.stderr)
        return _COULD_NOT
    if data is None:
        print(f"catalyst-hub data: nobody is called {args.person}", file=sys.stderr)
        return _COULD_NOT
    print(json.dumps(data.document(), ensure_ascii=False, indent=2))
    return 0
