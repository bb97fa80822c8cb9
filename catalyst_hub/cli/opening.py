"""How commands find the store that the Hub uses, and say what is in the way."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from traitlets import TraitError

from catalyst_hub.bootstrap import OPENING_ERRORS, Runtime, open_runtime
from catalyst_hub.config import CatalystHub

#: How a command ends that could not do it, and one that was called wrongly.
COULD_NOT, CALLED_WRONGLY = 1, 2
_SQLITE = "sqlite:///"


class WrongCallError(Exception):
    """The options make no sense together, or name what is not there."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where the database and the communities file are."""
    parser.add_argument("--database-url", metavar="URL", help="default: CATALYST_DATABASE_URL")
    parser.add_argument("--communities-file", metavar="FILE", help="default: communities.yaml")


def config_of(args: argparse.Namespace) -> CatalystHub:
    """The settings, with what was given; raises WrongCallError, or TraitError."""
    given = {"database_url": args.database_url, "communities_file": args.communities_file}
    config = CatalystHub(**{name: value for name, value in given.items() if value is not None})
    url = config.settings().database_url
    # Opening would make one: in the wrong folder, that would be an empty store beside the real one.
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        raise WrongCallError(f"there is no database {url.removeprefix(_SQLITE)}")
    return config


def with_runtime(args: argparse.Namespace, command: str, do: Callable[[Runtime], int]) -> int:
    """Do it with what the Hub uses: its status, or that of what was in the way."""
    try:
        with closing(open_runtime(config_of(args), accept_policy=False)) as runtime:
            return do(runtime)
    except (WrongCallError, TraitError) as error:
        return say(command, error, CALLED_WRONGLY)
    except (*OPENING_ERRORS, OSError) as error:
        return say(command, error, COULD_NOT)


def say(command: str, problem: object, status: int) -> int:
    """Tell whoever called what is wrong, and with which status it ends."""
    print(f"catalyst-hub {command}: {problem}", file=sys.stderr)
    return status
