"""Prove that the store is as it must be: every session's entries equal its time and rate, every
sum equals the entries it is made of, no server ran twice at once, nothing was rewritten.
It only reads, some rows at a time; the hub goes on meanwhile."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from functools import partial

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.inspection import Breach, Inspected, Place
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.check_store import check_store

#: Of a store in ruins, so many lines are enough to see that.
_LINES = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Check; 0 all is well, 1 something is wrong, and was printed."""
    breaches, sessions = asyncio.run(_everything(runtime))
    print(_as_json(breaches, sessions) if args.json else _as_text(breaches, sessions))
    return 1 if breaches else 0


async def _everything(runtime: Runtime) -> tuple[Sequence[Breach], int]:
    breaches: list[Breach] = []
    sessions = 0
    async for step in _steps(runtime):
        breaches += step.breaches
        sessions += step.sessions
        if sys.stderr.isatty():
            print(f"\r{sessions:,} sessions", end="", file=sys.stderr, flush=True)
        if len(breaches) > _LINES:
            break
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return breaches[:_LINES], sessions


async def _steps(runtime: Runtime) -> AsyncIterator[Inspected]:
    place: Place | None = Place()
    while place is not None:
        step = await runtime.read(partial(_step, place))
        yield step
        place = step.next_place


def _step(place: Place, uow: UnitOfWork) -> Inspected:
    return check_store(uow, place)


def _as_text(breaches: Sequence[Breach], sessions: int) -> str:
    if not breaches:
        return f"all is well with {sessions:,} sessions"
    lines = [f"{breach.invariant}: {breach.row}: {breach.problem}" for breach in breaches]
    more = " or more" if len(breaches) == _LINES else ""
    return "\n".join([*lines, f"{len(breaches)}{more} things are wrong"])


def _as_json(breaches: Sequence[Breach], sessions: int) -> str:
    document = {"sessions": sessions, "breaches": [asdict(breach) for breach in breaches]}
    return json.dumps(document, indent=2)
