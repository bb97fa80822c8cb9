"""The process itself: it waits for a Hub and a database that are away, and ends when told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from catalyst_hub.bootstrap import open_runtime
from catalyst_hub.config import CatalystHub
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
    process.send_signal(number)
    assert process.wait(60) == 0


def test_it_ends_when_its_hub_was_gone_before_it_could_look(launch: Launch) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    process = launch(CATALYST_HUB_PID=str(gone.pid))
    assert said(process, "the process that started this one is gone")
    assert process.wait(60) == 0


def test_without_a_token_it_says_what_to_set(launch: Launch) -> None:
    process = launch(JUPYTERHUB_API_TOKEN="")
    assert said(process, "JUPYTERHUB_API_TOKEN must be set")
    assert process.wait(60) == 1


def test_a_round_takes_a_minute_at_most_apart(launch: Launch) -> None:
    process = launch("--every", "3600")
    assert said(process, "--every: 60 at most")
    assert process.wait(60) == 2


def test_its_metrics_answer_on_the_port_that_was_said_and_to_nobody_without_a_token(
    launch: Launch, tmp_path: Path
) -> None:
    config = CatalystHub(
        communities_file=str(tmp_path / "communities.yaml"),
        database_url=f"sqlite:///{tmp_path / 'catalyst.sqlite'}",
    )
    open_runtime(config, accept_policy=True).close()
    port = free_port()
    process = launch("--metrics-port", str(port))
    # It asks a hub that is not there, so everything is running by now.
    said(process, "trying again in")
    url = f"http://127.0.0.1:{port}/metrics"
    assert httpx.get(url).status_code == 401
    # Who reads is for the Hub to say, and it is away.
    assert httpx.get(url, headers={"Authorization": "token x"}).status_code == 503


def test_a_port_that_is_taken_stops_nothing_else(launch: Launch, tmp_path: Path) -> None:
    config = CatalystHub(
        communities_file=str(tmp_path / "communities.yaml"),
        database_url=f"sqlite:///{tmp_path / 'catalyst.sqlite'}",
    )
    open_runtime(config, accept_policy=True).close()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        process = launch("--metrics-port", str(other.getsockname()[1]))
        said(process, "no metrics for 15 s")
        said(process, "trying again in")
    assert process.poll() is None
