"""Both databases, each test with one of its own."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psutil
import psycopg
import pytest

from catalyst_hub.store import Database

_START_DEADLINE_S = 60.0
_TEMPLATE = "catalyst_template"


class PostgresqlServer:
    """Debian's own server on a temporary folder, reached by its socket only."""

    def __init__(self) -> None:
        self._account = _unprivileged_account()
        self.folder = Path(tempfile.mkdtemp(prefix="catalyst-pg-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, self._account)
        self._numbers = count()
        self._process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        arguments = ["-D", self.folder / "data", "-U", "postgres", "-A", "trust", "--no-sync"]
        subprocess.run(
            [_binary("initdb"), *arguments, "-E", "UTF8", "--locale=C"],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            user=self._user(),
            extra_groups=self._groups(),
        )

    def copy(self, first: PostgresqlServer) -> None:
        """Make this one the standby of another, which runs."""
        arguments = ["-D", self.folder / "data", "-h", first.folder, "-U", "postgres", "-R"]
        subprocess.run(
            [_binary("pg_basebackup"), *arguments, "--no-sync", "--checkpoint=fast"],
            check=True,
            cwd=self.folder,
            user=self._user(),
            extra_groups=self._groups(),
        )

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *(_binary("postgres"), "-D", self.folder / "data", "-k", self.folder),
                *("-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"),
            ],
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "log").open("ab"),
            cwd=self.folder,
            user=self._user(),
            extra_groups=self._groups(),
        )
        self._wait()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def crash(self) -> None:
        """Kill it and all it has forked, as a machine that loses its power does."""
        assert self._process is not None
        parent = psutil.Process(self._process.pid)
        # Or it would fork one more meanwhile, which holds on to its memory for a moment.
        parent.suspend()
        while parent.status() != psutil.STATUS_STOPPED:
            time.sleep(0.001)
        dying = [parent, *parent.children(recursive=True)]
        for process in dying:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(60)
        psutil.wait_procs(dying, timeout=60)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def remove(self) -> None:
        # At once: it would write what is in memory of a thousand databases that nobody needs.
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def empty_database(self) -> str:
        """The URL of a new database without tables."""
        return self._new("template0")

    def new_database(self) -> str:
        """The URL of a new database with our tables in it."""
        return self._new(_TEMPLATE)

    def prepare_template(self) -> None:
        self.run(f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
        Database.open(self.url(_TEMPLATE)).close()

    def _new(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def run(self, statement: str) -> None:
        """Have it done, outside of any transaction."""
        with self._connect() as connection:
            connection.execute(statement)

    def ask(self, query: str) -> list[object]:
        """The first column of what it answers."""
        with self._connect() as connection:
            return [row[0] for row in connection.execute(query)]

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname="postgres", autocommit=True
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + _START_DEADLINE_S
        while True:
            try:
                return self._connect().close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
                time.sleep(0.02)

    def _user(self) -> str | None:
        return self._account if os.geteuid() == 0 else None

    def _groups(self) -> list[int] | None:
        return [] if os.geteuid() == 0 else None


def _unprivileged_account() -> str:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {account.pw_name for account in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _binary(name: str) -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found and (there := shutil.which(name)):
        found = [Path(there)]
    if not found:
        pytest.fail("these tests need a PostgreSQL server: apt-get install postgresql")
    return found[-1]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    server = PostgresqlServer()
    server.create()
    server.start()
    try:
        server.prepare_template()
        yield server
    finally:
        server.remove()


ON_POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgresql)
BOTH = ["sqlite", ON_POSTGRESQL]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of the test's own; on PostgreSQL our tables are already there."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.new_database()


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database in which there is nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalyst.sqlite'}"
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    return server.empty_database()
