"""A server that outlives the Hub's memory of it: found, reported, ended after a grace, audited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil

from tests.crash.crashing_hub import CrashingHub, Run, until


def forgotten(hub: CrashingHub, name: str) -> Run:
    """A server whose start the Hub did not survive: it wrote down nothing of its process."""
    hub.die_at("started")
    hub.ask_to_start(name)
    hub.wait_until_dead()
    until(lambda: hub.runs(name))
    return hub.runs(name)[0]


def is_there(run: Run) -> bool:
    return psutil.pid_exists(run.pid) and psutil.Process(run.pid).status() != psutil.STATUS_ZOMBIE


def reported(hub: CrashingHub) -> str:
    command = [str(Path(sys.executable).with_name("catalyst-hub")), "orphans"]
    where = {"CATALYST_DATABASE_URL": f"sqlite:///{hub.folder / 'catalyst.sqlite'}"}
    done = subprocess.run(
        command, cwd=hub.folder, env=os.environ | where, capture_output=True, text=True, check=True
    )
    return done.stdout


def audited(hub: CrashingHub, name: str) -> int:
    query = "SELECT count(*) FROM audit WHERE action = 'orphan:ended' AND subject = ?"
    return int(hub.rows(query, name)[0][0])


def test_a_server_that_a_killed_hub_forgot_is_ended_and_the_one_in_its_place_is_not(
    hub: CrashingHub, kofi: str
) -> None:
    orphan = forgotten(hub, kofi)
    assert is_there(orphan)
    hub.start()
    until(lambda: [session.state for session in hub.charged(kofi)] == ["released"])
    hub.start_server(kofi)
    until(lambda: not is_there(orphan))
    # It is asked to end, and then it is written down that it was.
    until(lambda: audited(hub, kofi) == 1)
    assert hub.is_ready(kofi)
    assert is_there(hub.alive(kofi))
    assert [session.state for session in hub.charged(kofi)] == ["released", "running"]
    assert kofi not in reported(hub)


def test_it_is_reported_until_it_is_gone(hub: CrashingHub, kofi: str) -> None:
    orphan = forgotten(hub, kofi)
    hub.forget_sessions(kofi)
    line = next(line for line in reported(hub).splitlines() if kofi in line)
    assert line.startswith("server")
    assert str(orphan.pid) in line
    hub.start()
    until(lambda: not is_there(orphan))
