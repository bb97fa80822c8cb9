"""A demo hub for tests: the real command, on free ports, with a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

START_S = 120
COMMAND = Path(sys.executable).parent / "catalyst-hub"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)


@dataclass
class Demo:
    """A running ``catalyst-hub demo``; ``lines`` is what it has printed so far."""

    process: subprocess.Popen[str]
    folder: Path
    port: int
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def demo_id(self) -> str:
        marker = (self.folder / "catalyst-hub-demo.json").read_text()
        found = re.search(r'"demo_id": "(\w+)"', marker)
        assert found
        return found[1]

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text()

    def processes(self) -> list[int]:
        """Every process with this demo's mark."""
        mark = f"CATALYST_DEMO_ID={self.demo_id}".encode()
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stop(self, how: signal.Signals = signal.SIGINT) -> float:
        """Tell it to stop, and return the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(60)
        return time.monotonic() - began


def launch(folder: Path, *arguments: str, port: int | None = None) -> Demo:
    """Start the command; :func:`wait_until_ready` says when it can be used."""
    port = port or free_port()
    process = subprocess.Popen(
        [str(COMMAND), "demo", "--port", str(port), "--data-dir", str(folder), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"LANG": "C.UTF-8", "PYTHONIOENCODING": "utf-8"},
    )
    demo = Demo(process, folder, port)
    threading.Thread(target=_read, args=(demo,), daemon=True).start()
    return demo


def _read(demo: Demo) -> None:
    assert demo.process.stdout
    for line in demo.process.stdout:
        demo.lines.append(line)


def wait_until_ready(demo: Demo) -> None:
    until(lambda: "Ctrl-C stops it" in demo.said or demo.process.poll() is not None, START_S)
    assert demo.process.poll() is None, demo.said


@contextmanager
def running_demo(folder: Path, *arguments: str) -> Iterator[Demo]:
    """A demo that answers, ended with everything it started."""
    demo = launch(folder, *arguments)
    try:
        wait_until_ready(demo)
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.stop(signal.SIGTERM)
