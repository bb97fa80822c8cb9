"""Run a hub from a configuration, and measure its start and its CPU time."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import jupyterhub

CONFIGS = Path(__file__).parent / "configs"
ROOT = Path(__file__).parent.parent
START_DEADLINE_S = 300


def free_port() -> int:
    """A port of the loopback interface that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class _AnySingleUserServer(BaseHTTPRequestHandler):
    """Answers what the Hub asks a new server: is it up, which version."""

    def do_GET(self) -> None:
        body = b'{"version": "0"}'
        self.send_response(200)
        self.send_header("X-JupyterHub-Version", jupyterhub.__version__)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@dataclass
class RunningHub:
    """A hub that answers. ``start_s``: seconds from the command to its first healthy answer;
    ``service_port``: where the champions' pages answer, without a proxy."""

    process: subprocess.Popen[bytes]
    url: str
    start_s: float
    directory: Path
    service_port: int = 0

    def cpu_s(self) -> float:
        """CPU seconds of the Hub process so far, user and system."""
        return cpu_s_of(self.process.pid)


def cpu_s_of(pid: int) -> float:
    """CPU seconds of a process so far, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(
                f"the hub exited with {process.returncode}:\n{log.read_text()[-3000:]}"
            )
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/hub/health", timeout=5):
            return
        time.sleep(0.02)
    raise RuntimeError(f"no healthy answer in {START_DEADLINE_S} s:\n{log.read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running(
    config: str, directory: Path, python: str = sys.executable, **environment: str
) -> Iterator[RunningHub]:
    """A hub with the configuration ``configs/<config>.py``, ended when the block ends.

    Its databases lie in ``directory``, and are found there by the next hub.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), _AnySingleUserServer)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub_port, service_port, log = free_port(), free_port(), directory / "hub.log"
    environ = os.environ | {
        "PYTHONPATH": str(ROOT),
        "BENCH_SERVER": f"127.0.0.1:{server.server_address[1]}",
        "BENCH_CLIENTS": str(directory),
        "BENCH_HUB_PORT": str(hub_port),
        "BENCH_PROXY_PORT": str(free_port()),
        "BENCH_SERVICE_PORT": str(service_port),
        **environment,
    }
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [python, "-m", "jupyterhub", "-f", str(CONFIGS / f"{config}.py")],
            cwd=directory,
            env=environ,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{hub_port}"
    try:
        _wait_until_healthy(process, url, log)
        yield RunningHub(process, url, time.perf_counter() - began, directory, service_port)
    finally:
        _stop(process)
        server.shutdown()
