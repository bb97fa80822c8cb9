"""A whole hub in processes of its own, each of which can be killed and comes back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
from bs4 import BeautifulSoup
from sqlalchemy import create_engine, text

from catalyst_hub.core.observation import OBSERVER
from tests.crash.crashing_hub import Run
from tests.support.databases import PostgresqlServer
from tests.support.demo import free_port, until

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "tests" / "crash" / "recorded_server.py"
SEATS = 4
PEOPLE = tuple(f"{name}-{number}" for name in ("amina", "kofi", "lucia") for number in range(2))

_COMMUNITIES = f"""
version: 1
hub: {{name: chaos, title: Chaos}}
providers:
  demo:
    type: demo
    title: Demo
    personas: [{", ".join(f"{{name: {name}, display_name: {name}}}" for name in PEOPLE)}]
communities:
  nairobi:
    title: Nairobi
    time_zone: Africa/Nairobi
    currency: KES
    languages: [en]
    members: [{{provider: demo, people: [{", ".join(PEOPLE)}]}}]
    prices: {{server_hour: 36}}
    profiles:
      python:
        title: Python
        environment:
          command: [{sys.executable}, {SERVER}]
          variables: {{RECORDS: {{records}}}}
        sizes: {{small: {{title: Small, cpu: 1, memory: 1G}}}}
    quotas:
      community: {{at_once: {{servers: {SEATS}}}}}
"""


class World:
    """``postgresql`` None: the store is SQLite, which has no process that could die."""

    def __init__(self, folder: Path, postgresql: PostgresqlServer | None = None) -> None:
        self.folder, self.postgresql = folder, postgresql
        self.records = folder / "records"
        self.records.mkdir()
        (folder / "communities.yaml").write_text(
            _COMMUNITIES.replace("{records}", str(self.records))
        )
        self.database_url = (
            postgresql.empty_database() if postgresql else f"sqlite:///{folder}/catalyst.sqlite"
        )
        self._ports = {
            f"{name}_PORT": str(free_port()) for name in ("HUB", "PROXY", "API", "CHAMPION")
        }
        self.url = f"http://127.0.0.1:{self._ports['HUB_PORT']}/hub"
        self.http = httpx.Client(
            # The Hub itself waits for ten seconds before it says that a start takes longer.
            base_url=self.url,
            headers={"Authorization": "token test-token"},
            timeout=30,
        )
        self._process: subprocess.Popen[bytes] | None = None
        #: When the Hub was killed, in seconds since the epoch.
        self.hub_deaths: list[float] = []

    # --- what lives ---

    def start(self) -> None:
        """Start the Hub (again), and wait until it answers."""
        self._end_leftovers()
        with (self.folder / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", Path(__file__).parent / _CONFIG],
                cwd=self.folder,
                env=os.environ | self._ports | {"DATABASE_URL": self.database_url, **_PATHS},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until(self.answers, 90)

    def _end_leftovers(self) -> None:
        """What whoever supervises the Hub does before starting it anew: its old proxy would keep
        the port. People's servers stay."""
        for process in _processes("traefik", str(self.folder)):
            _kill(process)

    def answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log[-3000:]
        with suppress(httpx.TransportError):
            return self.http.get("/api/").is_success
        return False

    def end(self) -> None:
        """Stop everything, whatever state it is in."""
        if self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(30)
            self._process.kill()
            self._process.wait()
        self._end_leftovers()
        for process in _processes(str(SERVER), str(self.folder)):
            _kill(process)
        self.http.close()

    @property
    def log(self) -> str:
        return (self.folder / "hub.log").read_text(errors="replace")

    # --- what dies ---

    def kill(self, victim: str, pause_s: float) -> None:
        """One of :data:`VICTIMS` dies without a word; the Hub and the database are started again
        after a pause, the others by whoever looks after them."""
        getattr(self, f"_kill_{victim}")(pause_s)

    def _kill_hub(self, pause_s: float) -> None:
        assert self._process is not None
        self.hub_deaths.append(time.time())
        self._process.kill()
        self._process.wait()
        time.sleep(pause_s)
        self.start()

    def _kill_culler(self, _: float) -> None:
        self._kill_children("catalyst_hub.culler")

    def _kill_champion(self, _: float) -> None:
        self._kill_children("catalyst_hub.champion")

    def _kill_proxy(self, _: float) -> None:
        for process in _processes("traefik", str(self.folder)):
            _kill(process)

    def _kill_server(self, _: float) -> None:
        """Somebody's own server: the kernel's memory killer does that."""
        found = _processes(str(SERVER), str(self.folder))
        if found:
            _kill(min(found, key=lambda process: process.pid))

    def _kill_database(self, pause_s: float) -> None:
        if self.postgresql is not None:
            self.postgresql.crash()
            time.sleep(pause_s)
            self.postgresql.start()

    def _kill_children(self, module: str) -> None:
        assert self._process is not None
        with suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self._process.pid).children():
                if module in _command(child):
                    _kill(child)

    # --- people ---

    def sign_in(self, name: str) -> None:
        with httpx.Client(follow_redirects=True, timeout=30) as browser:
            page = browser.get(f"{self.url}/login?next=/hub/home")
            token = BeautifulSoup(page.text, "html.parser").select_one("input[name=_xsrf]")
            assert token is not None, page.text
            data = {"_xsrf": str(token["value"]), "provider": "demo", "username": name}
            browser.post(str(page.url), data=data).raise_for_status()

    def ask_to_start(self, name: str) -> int:
        """The Hub's answer, as a status."""
        return self.http.post(f"/api/users/{name}/server", json={}).status_code

    def ask_to_stop(self, name: str) -> None:
        self.http.delete(f"/api/users/{name}/server")

    def servers(self) -> dict[str, Any]:
        """By name; also those that are just starting or stopping."""
        answer = self.http.get("/api/users").raise_for_status()
        return {user["name"]: user["servers"][""] for user in answer.json() if user["servers"]}

    # --- what is written down ---

    def runs(self) -> list[Run]:
        """What every server that ever ran says of itself."""
        return [_run(file) for file in self.records.iterdir()]

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        engine = create_engine(self.database_url)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        """What the store holds."""
        with self._connection() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def wait_for_a_look(self) -> None:
        """Until what is true now has been looked at, and repaired where needed."""
        for _ in range(2):
            said = time.time()
            until(lambda said=said: self._last_look() > said)  # type: ignore[misc]

    def _last_look(self) -> float:
        found = self.rows("SELECT last_at FROM heartbeats WHERE process = :who", who=OBSERVER)
        return float(found[0][0]) / 1000 if found else 0.0


#: What can be killed.
VICTIMS = ("hub", "culler", "champion", "proxy", "database", "server")
_CONFIG = "jupyterhub_config.py"
#: The proxy's program lies beside this Python.
_PATHS = {
    "PYTHONPATH": str(ROOT),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
}


def _processes(word: str, folder: str) -> list[psutil.Process]:
    """Whose command has the word in it, and which were started for this folder."""
    return [
        process
        for process in psutil.process_iter()
        if word in _command(process) and folder in _surroundings(process)
    ]


def _surroundings(process: psutil.Process) -> str:
    try:
        return " ".join([process.cwd(), *process.cmdline(), *process.environ().values()])
    except psutil.Error:
        return ""


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGKILL)
        with suppress(psutil.TimeoutExpired):
            process.wait(5)


def _run(file: Path) -> Run:
    user_name, session_id, pid = file.name.rsplit(".", 2)
    began = file.read_text()
    ended = file.stat().st_mtime
    return Run(user_name, session_id, int(pid), float(began or ended), ended)
