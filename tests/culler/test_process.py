"""The process itself: it waits for a Hub and a database that are away, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub.communities import COMMUNITIES
from tests.hub.conftest import free_port

Launch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    processes = []
    (tmp_path / "communities.yaml").write_text(COMMUNITIES)

    def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        known = {
            "JUPYTERHUB_API_URL": f"http://127.0.0.1:{free_port()}/hub/api",
            "JUPYTERHUB_API_TOKEN": "x",
            "CATALYST_COMMUNITIES_FILE": str(tmp_path / "communities.yaml"),
            "CATALYST_DATABASE_URL": f"sqlite:///{tmp_path / 'catalyst.sqlite'}",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "catalyst_hub.culler", *arguments],
            cwd=tmp_path,
            env=os.environ | known | environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], words: str) -> str:
    """The line of its log with these words, as soon as there is one."""
    assert process.stderr is not None
    too_late = threading.Timer(60, process.kill)
    too_late.start()
    try:
        return next(line for line in process.stderr if words in line)
    finally:
        too_late.cancel()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_waits_for_its_hub_and_ends_at_once_when_told_to(
    launch: Launch, number: signal.Signals
) -> None:
    process = launch()
    for _ in range(3):
        said(process, "trying again in")
    assert process.poll() is None
    told_at = time.monotonic()
    process.send_signal(number)
    assert process.wait(10) == 0
    assert time.monotonic() - told_at < 5


def test_without_a_token_it_says_what_to_set(launch: Launch) -> None:
    process = launch(JUPYTERHUB_API_TOKEN="")
    assert said(process, "JUPYTERHUB_API_TOKEN must be set")
    assert process.wait(10) == 1


def test_a_round_takes_a_minute_at_most_apart(launch: Launch) -> None:
    process = launch("--every", "3600")
    assert said(process, "--every: 60 at most")
    assert process.wait(10) == 2
