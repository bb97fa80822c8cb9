"""Copy a SQLite store to a new file. The copy is of one instant, and checked; the hub goes on
meanwhile. A PostgreSQL store is copied with pg_dump."""

from __future__ import annotations

import argparse
from pathlib import Path

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.store import back_up


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("file", metavar="FILE", type=Path, help="where to; nothing is overwritten")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Copy; 0 done."""
    if not args.file.parent.is_dir():
        raise WrongCallError(f"there is no folder {args.file.parent}: make it, or name another")
    size = back_up(runtime.settings.database_url, args.file)
    print(f"{args.file}: {size:,} bytes")
    return 0
