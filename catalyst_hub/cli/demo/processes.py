"""A demo's processes, found by the mark that each of them inherits.

The hub, its proxy, its services, people's servers and their kernels run in sessions of their own,
and a hub that was killed cannot name them. What they all share is their environment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

#: The variable that carries a demo's own random id.
MARK = "CATALYST_DEMO_ID"
_PROC = Path("/proc")


def marked(demo_id: str) -> list[int]:
    """Process ids of this demo, this process excepted; no other process can be among them."""
    found = _from_proc(demo_id) if (_PROC / "self" / "environ").exists() else _from_ps(demo_id)
    return [pid for pid in found if pid != os.getpid()]


def _from_proc(demo_id: str) -> Iterator[int]:
    mark = f"{MARK}={demo_id}".encode()
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            # Others' processes cannot be read, and some end while we look.
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    yield int(entry.name)


def _from_ps(demo_id: str) -> Iterator[int]:
    listing = subprocess.run(
        ["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True
    )
    for line in listing.stdout.splitlines():
        pid, _, command = line.strip().partition(" ")
        if f"{MARK}={demo_id}" in command.split():
            yield int(pid)


def end_all(demo_id: str, patience_s: float) -> int:
    """Ask every process of this demo to end, then make it. Returns how many there were."""
    first = marked(demo_id)
    for how, seconds in ((signal.SIGTERM, patience_s), (signal.SIGKILL, 2.0)):
        deadline = time.monotonic() + seconds
        _send(how, demo_id)
        while marked(demo_id) and time.monotonic() < deadline:
            time.sleep(0.1)
    return len(first)


def _send(how: signal.Signals, demo_id: str) -> None:
    for pid in marked(demo_id):
        with suppress(ProcessLookupError):
            os.kill(pid, how)
