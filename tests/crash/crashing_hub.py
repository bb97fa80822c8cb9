"""A hub in a process of its own that can be killed and started again, and what it left behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from bs4 import BeautifulSoup

from catalyst_hub.core.observation import OBSERVER
from tests.hub.conftest import free_port

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

#: One for each test: they share a hub, as starting one is what takes time.
PERSONAS = [
    f"{name}-{number}" for name in ("amina", "kofi", "lucia", "joao") for number in range(20)
]

COMMUNITIES = f"""
version: 1
hub:
  name: crash
  title: Crash
  removal_notice: 3
  enforcement: {{notice: 3, every: 1, stop_time: 1}}
defaults:
  profiles:
    python:
      title: Python
      environment:
        command: [{sys.executable}, {HERE / "recorded_server.py"}]
        variables: {{RECORDS: {{records}}}}
      sizes: {{small: {{title: Small, cpu: 1, memory: 1G}}}}
providers:
  demo:
    type: demo
    title: Demo
    personas: [{", ".join(f"{{name: {name}, display_name: {name}}}" for name in PERSONAS)}]
communities:
  nairobi:
    title: Nairobi
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{{provider: demo, people: [{", ".join(PERSONAS)}]}}]
    quotas:
      person: {{at_once: {{servers: 1}}}}
  rationed:
    title: Rationed
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{{provider: demo, people: [{", ".join(PERSONAS)}]}}]
    quotas:
      # Nine seconds.
      person: {{per_day: {{server_hours: 0.0025}}}}
    keeping: {{times: 1, each: 3}}
  spending:
    title: Spending
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{{provider: demo, people: [{", ".join(PERSONAS)}]}}]
    # One in a second.
    prices: {{server_hour: 3600}}
    budget: {{credit: prepaid}}
"""


@dataclass(frozen=True)
class Run:
    """What a server says of itself, in seconds since the epoch."""

    user_name: str
    session_id: str
    pid: int
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True)
class Charged:
    """What the ledger says of a session, in seconds."""

    session_id: str
    state: str
    reason: str | None
    began: float | None
    ended: float | None
    bound: float | None
    seconds: float
    entries: int


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


class CrashingHub:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = folder / "records"
        self.records.mkdir()
        text = COMMUNITIES.replace("{records}", str(self.records))
        (folder / "communities.yaml").write_text(text)
        self.ports = {name: free_port() for name in ("HUB_PORT", "PROXY_PORT", "CHAMPION_PORT")}
        self.url = f"http://127.0.0.1:{self.ports['HUB_PORT']}/hub"
        self.http = httpx.Client(
            base_url=self.url, headers={"Authorization": "token test-token"}, timeout=30
        )
        self.process: subprocess.Popen[bytes] | None = None

    # --- the process ---

    def start(self) -> None:
        """Start it (again) and wait until it answers and an observer has looked twice."""
        environment = {name: str(port) for name, port in self.ports.items()}
        with (self.folder / "hub.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(HERE / "jupyterhub_config.py")],
                cwd=self.folder,
                env=os.environ | environment | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.answers)
        self.wait_for_a_look()

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        assert self.is_alive, self.log[-3000:]
        try:
            return self.http.get("/api/").is_success
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.wait_until_dead()

    def wait_until_dead(self) -> None:
        assert self.process is not None
        self.process.wait(60)

    def restart(self) -> None:
        """Start it once it has died by its own hand."""
        self.wait_until_dead()
        self.start()

    def end(self) -> None:
        """Stop everything, the servers that survived included."""
        if self.process is not None and self.is_alive:
            self.process.terminate()
            self.process.wait(60)
        for name in PERSONAS:
            for run in self.runs(name):
                self.kill_server(run)
        self.http.close()

    def service(self, name: str) -> psutil.Process:
        """The process of a service that this hub manages, as soon as there is one."""
        assert self.process is not None
        hub = psutil.Process(self.process.pid)
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [p for p in hub.children() if f"catalyst_hub.{name}" in _command(p)]
            return bool(found)

        until(is_there)
        return found[0]

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text()

    # --- people ---

    def sign_in(self, name: str) -> None:
        with httpx.Client(follow_redirects=True) as browser:
            page = browser.get(f"{self.url}/login?next=/hub/home")
            token = BeautifulSoup(page.text, "html.parser").select_one("input[name=_xsrf]")
            assert token is not None, page.text
            data = {"_xsrf": str(token["value"]), "provider": "demo", "username": name}
            browser.post(str(page.url), data=data).raise_for_status()

    def die_at(self, instant: str) -> None:
        (self.folder / "die-at").write_text(instant)

    def hold_at(self, instant: str) -> None:
        """The whole hub will wait there until :meth:`go_on`."""
        (self.folder / f"wait-at-{instant}").touch()

    @property
    def is_held(self) -> bool:
        return (self.folder / "waits").exists()

    def go_on(self) -> None:
        for file in (*self.folder.glob("wait-at-*"), self.folder / "waits"):
            file.unlink()

    def die_nowhere(self) -> None:
        (self.folder / "die-at").unlink(missing_ok=True)

    def ask_to_start(self, name: str, **options: str) -> None:
        """Press start, and do not care whether there is an answer."""
        try:
            self.http.post(f"/api/users/{name}/server", json=options)
        except httpx.TransportError:
            return

    def start_server(self, name: str, **options: str) -> Run:
        """Start a server and wait until it is ready."""
        self.ask_to_start(name, **options)
        until(lambda: self.is_ready(name))
        return self.alive(name)

    def ask_to_stop(self, name: str) -> None:
        try:
            self.http.delete(f"/api/users/{name}/server")
        except httpx.TransportError:
            return

    def ask_to_stop_together(self, *names: str) -> None:
        """As the culler does."""
        with suppress(httpx.TransportError):
            self.http.post("/api/catalyst/stops", json={"servers": [[name, ""] for name in names]})

    def stop_server(self, name: str) -> None:
        self.ask_to_stop(name)
        until(lambda: name not in self.servers())

    def servers(self) -> dict[str, Any]:
        users = self.http.get("/api/users").json()
        return {user["name"]: user["servers"][""] for user in users if user["servers"]}

    def is_ready(self, name: str) -> bool:
        return bool(self.servers().get(name, {}).get("ready"))

    # --- what the servers say ---

    def runs(self, name: str) -> list[Run]:
        """Every run of this person's server, the oldest first."""
        files = self.records.glob(f"{name}.*")
        return sorted((_run(file) for file in files), key=lambda run: run.began)

    def alive(self, name: str) -> Run:
        """The server of this person that was started last, and runs.

        There may be older ones: the Hub writes down a local server's process only after its
        start, so one whose start the Hub did not survive runs on, and nobody knows of it.
        """
        return [run for run in self.runs(name) if _is_running(run.pid)][-1]

    def kill_server(self, run: Run) -> Run:
        """Kill it, and return its record as it stands then."""
        with suppress(ProcessLookupError):
            os.kill(run.pid, signal.SIGKILL)
        until(lambda: not _is_running(run.pid))
        return next(found for found in self.runs(run.user_name) if found.pid == run.pid)

    # --- what the ledger says ---

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "catalyst.sqlite", timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def store_away(self) -> Iterator[None]:
        """The ledger can be read, but nobody can write to it."""
        store = sqlite3.connect(self.folder / "catalyst.sqlite", timeout=10, isolation_level=None)
        with closing(store):
            store.execute("BEGIN IMMEDIATE")
            yield

    def forget_sessions(self, name: str) -> None:
        """As if the culler had given back what this person had reserved, a minute ago."""
        with closing(sqlite3.connect(self.folder / "catalyst.sqlite", timeout=10)) as connection:
            connection.execute(
                "UPDATE sessions SET state = 'released', ended_at = reserved_at - 60000,"
                " estimate_ms = NULL WHERE user_name = ?",
                [name],
            )
            connection.commit()

    def wait_for_a_look(self) -> None:
        """Until what is true now has been looked at, and repaired where needed."""
        # It is said at the beginning of each repair: the second says that the first is done.
        for _ in range(2):
            said = time.time()
            until(lambda said=said: self.last_look() > said)  # type: ignore[misc]

    def last_look(self) -> float:
        rows = self.rows("SELECT last_at / 1e3 FROM heartbeats WHERE process = ?", OBSERVER)
        return float(rows[0][0]) if rows else 0.0

    def charged(self, name: str) -> list[Charged]:
        """Every session of this person with what it was charged, the oldest first."""
        rows = self.rows(
            "SELECT s.session_id, state, end_reason, running_at / 1e3, ended_at / 1e3,"
            " estimate_ms / 1e3, coalesce(sum(server_ms), 0) / 1e3, count(entry_id)"
            " FROM sessions s LEFT JOIN ledger_entries e ON e.session_id = s.session_id"
            " WHERE user_name = ? GROUP BY s.session_id ORDER BY reserved_at",
            name,
        )
        return [Charged(*row) for row in rows]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _is_running(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _run(file: Path) -> Run:
    user_name, session_id, pid = file.name.rsplit(".", 2)
    return Run(user_name, session_id, int(pid), float(file.read_text()), file.stat().st_mtime)
