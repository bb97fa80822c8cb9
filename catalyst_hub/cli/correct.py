"""``catalyst-hub correct SESSION --ended-at WHEN --reason TEXT``: the true end of a session."""

from __future__ import annotations

import argparse
import asyncio
from datetime import datetime
from decimal import Decimal
from typing import Any

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.cli.opening import COULD_NOT, add_options, say, with_runtime
from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.core.correction import Correction, CorrectionRefusal
from catalyst_hub.usecases.correct_session import correct_session

_REFUSALS = {
    CorrectionRefusal.UNKNOWN: "there is no session {session}",
    CorrectionRefusal.NOT_ENDED: "the session has not ended: stop its server first",
    CorrectionRefusal.SAME: "the session ended then already",
    CorrectionRefusal.BEFORE_START: "the session began later than that",
    CorrectionRefusal.IN_FUTURE: "that is in the future",
    CorrectionRefusal.OVERLAP: "the same server was running again by then",
}


def add_parser(subparsers: Any) -> None:
    """Declare the command and its arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "correct",
        help="say when a session really ended; its cost follows",
        description="Move the end of a session. What it cost too much or too little is added to "
        "the ledger as a correction, day by day; every sum follows. The audit keeps the reason.",
    )
    parser.add_argument("session", metavar="SESSION", help="its id, as in the audit")
    parser.add_argument(
        "--ended-at",
        required=True,
        type=_instant,
        metavar="WHEN",
        help="with the offset of its zone, such as 2026-11-21T17:30+03:00",
    )
    parser.add_argument("--reason", required=True, type=_words, metavar="TEXT")
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    """Correct; 0 done, 1 when that cannot be, 2 when it was called wrongly."""
    return with_runtime(args, "correct", lambda runtime: _run(args, runtime))


def _run(args: argparse.Namespace, runtime: Runtime) -> int:
    answer = asyncio.run(
        runtime.write(
            lambda uow: correct_session(
                uow, args.session, args.ended_at, args.reason, COMMAND_LINE, runtime.now()
            )
        )
    )
    if isinstance(answer, CorrectionRefusal):
        return say("correct", _REFUSALS[answer].format(session=args.session), COULD_NOT)
    print(_told(answer))
    return 0


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r}: expected an instant with its offset, such as 2026-11-21T17:30+03:00"
        )
    return found


def _words(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("say why: the audit keeps it")
    return text.strip()


def _told(done: Correction) -> str:
    session, added = done.session, Decimal(done.added.micros) / 1_000_000
    was = session.ended_at.isoformat() if session.ended_at else ""
    return (
        f"{session.session_id}: ended at {done.ended_at.isoformat()} instead of {was}; "
        f"{added:+,.2f} {session.currency}, {done.added.server_ms / 3_600_000:+,.2f} hours"
    )
