"""Take names out of what is older than the communities file wants it kept (hub:
keep_details_for). Sums and costs stay as they are. The culler does it once a day."""

from __future__ import annotations

import argparse
import asyncio

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import WrongCallError
from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.culler.tidier import Tidier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("--dry-run", action="store_true", help="only count what would go")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Tidy, or count; 0 done."""
    keep_for = runtime.policy.keep_details_for
    if keep_for is None:
        raise WrongCallError("the communities file keeps details for ever: see keep_details_for")
    rows = asyncio.run(Tidier(runtime).tidy(COMMAND_LINE, is_dry_run=args.dry_run))
    done = "would lose their details" if args.dry_run else "have lost their details"
    for table, count in rows.items():
        print(f"{table}: {count:,} rows {done}")
    if not rows:
        print(f"nothing is older than {keep_for.days} days")
    return 0
