"""How long a hub takes to start: ours beside a bare hub with one managed HTTP service, in turn.

    python -m benchmarks.hub_start [--rounds 5]

Seconds from the command to the first healthy answer, with a database that exists already.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.hub import ROOT, running

COMMUNITIES = ROOT / "share" / "catalyst_hub" / "demo" / "communities.yaml"


def start_s(config: str, directory: Path) -> float:
    """One start."""
    directory.mkdir(exist_ok=True)
    with running(config, directory, BENCH_COMMUNITIES=str(COMMUNITIES)) as hub:
        return hub.start_s


def compare(rounds: int, directory: Path) -> Iterator[float]:
    """Ratios ours / bare, after one start of each that makes its databases."""
    for number in range(rounds + 1):
        bare, ours = start_s("bare", directory / "bare"), start_s("catalyst", directory / "ours")
        if number:
            print(f"bare {bare:.2f} s  catalyst {ours:.2f} s  ratio {ours / bare:.2f}", flush=True)
            yield ours / bare


def main() -> None:
    """Run the comparison and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hub-start-") as directory:
        ratios = list(compare(rounds, Path(directory)))
    print(f"hub start, ours / bare: median {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
