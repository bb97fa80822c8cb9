"""The command line: the same hub twice, a pass of each over it, and what came of it."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import culling
from benchmarks.culling.seed import COMMUNITY, Crowd, seed
from benchmarks.hub import RunningHub, running

#: Nobody is idle for so long; some of the seeded are for a day.
NEVER_S, A_DAY_S = 10 * 365 * 86_400, 86_400
COMMUNITIES = f"""\
version: 1
hub: {{name: bench, title: Bench}}
providers: {{demo: {{type: demo, title: Demo, personas: [{{name: root, display_name: Root}}]}}}}
communities:
  {COMMUNITY}:
    title: Bench
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{{provider: demo, people: [root]}}]
    # The limit is in the environment, another one for each pass.
    culling: {{grace: 0, notices: [1]}}
    profiles:
      python:
        title: Python
        environment: {{command: [jupyterhub-singleuser]}}
        sizes: {{small: {{title: Small, cpu: 1, memory: 1G}}}}
"""


@dataclass(frozen=True, slots=True)
class Took:
    """One pass: seconds by the clock, of CPU of the culler and of the Hub; what it asked for; how
    many servers run afterwards."""

    pass_s: float
    cpu_s: float
    hub_cpu_s: float
    requests: int
    left: int


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cullers: the configuration of its hub, and the module of its pass."""

    name: str
    config: str
    module: str

    def passes(self, crowd: Crowd, limits_s: Sequence[int], stop_s: float) -> Iterator[Took]:
        """Over one hub, one after another; each with its limit of idleness."""
        with tempfile.TemporaryDirectory(prefix="catalyst-benchmark-") as directory:
            folder, token = Path(directory), secrets.token_hex()
            seed(folder, crowd)
            (folder / "communities.yaml").write_text(COMMUNITIES)
            words = {"BENCH_TOKEN": token, "BENCH_STOP_S": str(stop_s)}
            with running(self.config, folder, **words) as hub:
                # The first makes what the later ones find.
                self._one(hub, token, NEVER_S)
                for limit_s in limits_s:
                    yield self._one(hub, token, limit_s)

    def _one(self, hub: RunningHub, token: str, limit_s: int) -> Took:
        """In a process of its own, whose start is not counted; nor, where nothing is culled, is
        its first pass: either of the two runs for months."""
        environment = {
            "JUPYTERHUB_API_URL": f"{hub.url}/hub/api",
            "JUPYTERHUB_API_TOKEN": token,
            "CATALYST_DATABASE_URL": f"sqlite:///{hub.directory / 'catalyst.sqlite'}",
            "CATALYST_COMMUNITIES_FILE": str(hub.directory / "communities.yaml"),
            "BENCH_HUB": str(hub.process.pid),
            "CATALYST_USUAL_CULLING": json.dumps({"idle": limit_s, "max_age": None}),
            "BENCH_WARM": "1" if limit_s == NEVER_S else "",
        }
        done = subprocess.run(
            [sys.executable, "-m", self.module, str(limit_s)],
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        took = json.loads(done.stdout.splitlines()[-1])
        return Took(**took, left=left(hub, token))


THEIRS = Side("idle-culler", "culling_bare", "benchmarks.culling.theirs")
OURS = Side("catalyst-hub", "culling_catalyst", "benchmarks.culling.ours")


def left(hub: RunningHub, token: str) -> int:
    """How many servers run."""
    request = urllib.request.Request(
        f"{hub.url}/hub/api/users?state=active&limit=1",
        headers={
            "Authorization": f"token {token}",
            "Accept": "application/jupyterhub-pagination+json",
        },
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return int(json.load(answer)["_pagination"]["total"])


def _print(what: str, *values: object) -> None:
    print(f"{what:50}" + "".join(f"{value!s:>20}" for value in values), flush=True)


def _compare(what: str, theirs: Sequence[Took], ours: Sequence[Took]) -> None:
    """Medians, and the ratio."""
    for name, of in _MEASURED.items():
        a, b = (statistics.median(of(took) for took in side) for side in (theirs, ours))
        _print(f"{what}: {name}", f"{a:.2f}", f"{b:.2f}", f"{b / a:.2f}" if a else "")


_MEASURED = {
    "seconds": lambda took: took.pass_s,
    "CPU seconds of the culler": lambda took: took.cpu_s,
    "CPU seconds of the hub": lambda took: took.hub_cpu_s,
    "requests": lambda took: took.requests,
    "servers left": lambda took: took.left,
}


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.culling",
        description=(culling.__doc__ or "").splitlines()[0],
    )
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--running", type=int, default=1000)
    parser.add_argument("--cull", type=int, default=500, help="of those that run")
    parser.add_argument("--slow", type=int, default=60, help="servers that take long; 0: leave out")
    parser.add_argument("--stop-s", type=float, default=2.0, help="as long")
    parser.add_argument("--rounds", type=int, default=3, help="passes that cull none")
    given = parser.parse_args()
    crowd, limits = Crowd(given.users, given.running, given.cull), [NEVER_S] * given.rounds
    theirs, ours = (list(side.passes(crowd, [*limits, A_DAY_S], 0)) for side in (THEIRS, OURS))
    _print("", THEIRS.name, OURS.name, "ratio")
    _compare(f"a pass that culls none of {given.running}", theirs[:-1], ours[:-1])
    _compare(f"a pass that culls {given.cull}", theirs[-1:], ours[-1:])
    if given.slow:
        slow = Crowd(given.slow, given.slow, given.slow)
        theirs, ours = (list(side.passes(slow, [A_DAY_S], given.stop_s)) for side in (THEIRS, OURS))
        _compare(f"{given.slow} stops of {given.stop_s:g} s", theirs, ours)


if __name__ == "__main__":
    main()
