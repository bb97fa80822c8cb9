"""``catalyst-hub mails``: what could not be sent, or not yet, and why."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import add_options, with_runtime
from catalyst_hub.core.mail import Mail

_LOOKS_BACK = timedelta(days=30)


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "mails",
        help="list the mail that could not be sent, and why",
        description="List the mail of the last 30 days that could not be sent, or not yet.",
    )
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Print them, the oldest first; 0 even when there are some: nothing is wrong with asking."""
    return with_runtime(args, "mails", _run)


def _run(runtime: Runtime) -> int:
    since = runtime.now() - _LOOKS_BACK
    _print(asyncio.run(runtime.read(lambda uow: uow.mails.unsent(since))))
    return 0


def _print(mails: Sequence[Mail]) -> None:
    if not mails:
        print("all mail was sent")
    for mail in mails:
        queued_at = mail.queued_at.isoformat(timespec="minutes")
        print(f"{queued_at}  {mail.kind} to {mail.name}, {mail.tries} tries: {mail.problem}")
