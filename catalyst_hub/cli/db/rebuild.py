"""Make every sum by day and month equal to the ledger again. Others can write meanwhile: what is
missing is read without a lock, and added in steps of some milliseconds."""

from __future__ import annotations

import argparse
import asyncio
from functools import partial

from catalyst_hub.bootstrap import Runtime
from catalyst_hub.core.audit import COMMAND_LINE
from catalyst_hub.core.sums import SumsPlace, Wanting
from catalyst_hub.core.unit_of_work import UnitOfWork
from catalyst_hub.usecases.find_differences import find_differences
from catalyst_hub.usecases.repair_sums import repair_sums

#: So few that a transaction is done before anybody minds.
_ROWS_AT_ONCE = 600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the action takes: nothing of its own."""


def run(args: argparse.Namespace, runtime: Runtime) -> int:
    """Repair; 0 done."""
    rows = asyncio.run(rebuild(runtime))
    print(f"{rows:,} rows of the sums were wrong and are right now" if rows else "all was right")
    return 0


async def rebuild(runtime: Runtime) -> int:
    """Go through all sums, each after what it is made of; how many rows were wrong."""
    rows, place = 0, SumsPlace()
    while True:
        wanting = await runtime.read(partial(_find, place))
        for some in wanting.in_parts(_ROWS_AT_ONCE):
            if not await runtime.write(partial(_repair, runtime, some)):
                break
            rows += len(some.differences)
        else:
            if wanting.next_place is None:
                return rows
            place = wanting.next_place


def _find(place: SumsPlace, uow: UnitOfWork) -> Wanting:
    return find_differences(uow, place)


def _repair(runtime: Runtime, wanting: Wanting, uow: UnitOfWork) -> bool:
    return repair_sums(uow, wanting, COMMAND_LINE, runtime.now())
