"""``python -m tests.chaos``: as long as one likes."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.drive import run
from tests.chaos.world import World
from tests.support.databases import PostgresqlServer


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--seed", default=str(time.time_ns()), help="replays the plan of a run")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    given = parser.parse_args()
    print(f"{given.database}, {given.seconds:.0f} s, --seed {given.seed}", flush=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = PostgresqlServer() if given.database == "postgresql" else None
        if server is not None:
            stack.callback(server.remove)
            server.create()
            server.start()
        world = World(folder, server)
        stack.callback(world.end)
        told = run(world, given.seed, given.seconds)
        print(told)
        for fault in told.faults:
            print(f"FAULT: {fault}")
        if told.faults:
            Path(f"chaos-hub-{given.database}.log").write_text(world.log)
    return 1 if told.faults else 0


if __name__ == "__main__":
    sys.exit(main())
