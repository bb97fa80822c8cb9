"""How commands find the store that the Hub uses."""

from __future__ import annotations

import argparse
from pathlib import Path

from catalyst_hub.config import CatalystHub

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
