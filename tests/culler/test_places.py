"""Processes of this machine, found and ended by the session they carry."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from catalyst_hub.culler.places import LocalProcesses

#: A server with a kernel; it says when both are there, and does not end when it is asked to.
SERVER = """
import signal, subprocess, sys, time
if "{stubborn}":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
kernel = subprocess.Popen([sys.executable, "-c", "print(flush=True); import time; time.sleep(600)"])
print(kernel.pid, flush=True)
time.sleep(600)
"""


class Running:
    def __init__(self, session_id: str, stubborn: str = "") -> None:
        self.session_id = session_id
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER.format(stubborn=stubborn)],
            env={**os.environ, "CATALYST_SESSION": session_id},
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        lines = sorted(self.process.stdout.readline().strip() for _ in range(2))
        self.kernel = int(lines[1])

    def end(self) -> None:
        LocalProcesses().end(self.session_id, is_forced=True)
        self.process.wait(60)


@pytest.fixture
def session_id() -> str:
    return uuid4().hex


@pytest.fixture
def running(session_id: str) -> Iterator[Running]:
    server = Running(session_id)
    yield server
    server.end()


def found(session_id: str) -> list[str]:
    places = LocalProcesses().find()
    return [server.place for server in places if server.session_id == session_id]


def test_a_server_is_found_with_its_kernels_as_one(running: Running, session_id: str) -> None:
    pids = sorted([running.process.pid, running.kernel])
    assert found(session_id) == [f"processes {pids[0]}, {pids[1]}"]


def test_it_ends_with_its_kernels_and_nothing_else_does(running: Running, session_id: str) -> None:
    other = Running(session_id + "0")
    LocalProcesses().end(session_id, is_forced=False)
    assert running.process.wait(60) < 0
    assert other.process.poll() is None
    assert found(session_id + "0") != []
    other.end()


def test_one_that_does_not_listen_is_made_to(session_id: str) -> None:
    server = Running(session_id, stubborn="yes")
    LocalProcesses().end(session_id, is_forced=False)
    assert found(session_id) != []
    LocalProcesses().end(session_id, is_forced=True)
    assert server.process.wait(60) == -9


#: A Hub, and the culler that it starts: says what it finds, and lives on.
HUB = """
import subprocess, sys
look = "from catalyst_hub.culler.places import LocalProcesses as P; p = P(); print(p.find());"
culler = subprocess.run([sys.executable, "-c", look + "p.end('{session_id}', is_forced=True)"])
print("alive", culler.returncode)
"""


def test_the_hub_that_looks_is_no_orphan_wherever_it_was_started(session_id: str) -> None:
    hub = subprocess.run(
        [sys.executable, "-c", HUB.format(session_id=session_id)],
        env={**os.environ, "CATALYST_SESSION": session_id},
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert session_id not in hub.stdout
    assert hub.stdout.endswith("alive 0\n")


def test_where_there_are_no_such_folders_nothing_is_found(tmp_path: Path) -> None:
    assert LocalProcesses(tmp_path / "proc").find() == []


def test_what_carries_no_session_is_not_found() -> None:
    assert "" not in {server.session_id for server in LocalProcesses().find()}
