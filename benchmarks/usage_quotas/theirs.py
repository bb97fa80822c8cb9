"""jupyterhub-usage-quotas in an environment of its own: its decisions, and its hub."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.hub import ROOT
from benchmarks.usage_quotas.history import CASES, LIMIT_GIB_HOURS, WINDOW_DAYS, crowd
from benchmarks.usage_quotas.prometheus import MissingError

VERSION = "0.2.1"
#: Of the hub that this benchmark runs, so that both are measured on the same one.
_HUB = "jupyterhub==6.1.1"
FOLDER = ROOT / ".venv-peers" / f"usage-quotas-{VERSION}"
_OLDEST = (3, 12)
_DECIDE = Path(__file__).with_name("decide.py")
LIMITED, CROWD = "limited", "crowd"
POLICY = [
    {"resource": "memory", "limit": f"{limit}G", "window": WINDOW_DAYS, "scope": {"group": [group]}}
    for group, limit in ((LIMITED, LIMIT_GIB_HOURS), (CROWD, 1000))
]


@dataclass(frozen=True, slots=True)
class Decisions:
    """Who would be admitted, and how long each of many decisions took."""

    admitted: dict[str, bool]
    times_ms: list[float]


def environment(python: str | None) -> Path:
    """The Python of the environment, made when it is not there yet. Raises MissingError."""
    inside = FOLDER / "bin" / "python"
    if not inside.exists():
        found = python or next(_pythons(), None)
        if found is None or _version(found) < _OLDEST:
            wanted = ".".join(map(str, _OLDEST))
            raise MissingError(
                f"jupyterhub-usage-quotas {VERSION} needs Python {wanted} or newer, and there is "
                "none here: name one with --python, or measure ours alone with --ours"
            )
        print(f"making {FOLDER} with {found}", flush=True)
        subprocess.run([found, "-m", "venv", "--clear", str(FOLDER)], check=True)
        packages = [f"jupyterhub-usage-quotas=={VERSION}", _HUB]
        done = subprocess.run([str(inside), "-m", "pip", "install", "-q", *packages], check=False)
        if done.returncode:
            inside.unlink()
            raise MissingError(f"{' and '.join(packages)} could not be installed: see above")
    return inside


def _pythons() -> Iterator[str]:
    """Those that run, the oldest that will do first."""
    minors = range(_OLDEST[1], 20)
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for minor in minors:
        for name in (f"python3.{minor}", *map(str, sorted(kept.glob(f"3.{minor}.*/bin/python")))):
            if _version(name) >= _OLDEST:
                yield name


def _version(python: str) -> tuple[int, ...]:
    """Of a Python; empty when there is none of that name."""
    ask = "import sys, venv; print(*sys.version_info[:2])"
    try:
        said = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return tuple(map(int, said.stdout.split()))


def decide(python: Path, prometheus_url: str, people: int, decisions: int) -> Decisions:
    """Ask for everybody once, then for the crowd in turn."""
    asked = {
        "policy": POLICY,
        "people": [(case.name, LIMITED) for case in CASES]
        + [(name, CROWD) for name in crowd(people)],
        "timed": CROWD,
        "decisions": decisions,
    }
    said = subprocess.run(
        [str(python), str(_DECIDE)],
        input=json.dumps(asked),
        env=os.environ | {"BENCH_PROMETHEUS": prometheus_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise RuntimeError(said.stderr[-3000:])
    return Decisions(**json.loads(said.stdout))
