"""The culler's process as the Hub starts it, but that its clock is a file, and that it kills
itself where another file says so: ``python -m tests.culler.mortal FOLDER ...`` for
``python -m catalyst_hub.culler ...``.

Nothing of it is replaced but its one clock and the pauses between its rounds, which end when that
clock says so.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from catalyst_hub.bootstrap import FollowingRuntime, open_runtime
from catalyst_hub.culler import __main__ as culler
from catalyst_hub.culler import loop
from catalyst_hub.hub_client import HubClient
from catalyst_hub.usecases.take_workshop_step import TakenStep

#: Writes that a round does only when it has found something; what each round writes is no step.
_STEPS = {
    "take_workshop_step",
    "enforce_limits",
    "give_notices",
    "confirm_stops",
    "give_farewells",
}
_LOOK_S = 0.005


class Folder:
    """What a test and the processes it has started tell each other."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def now(self) -> datetime:
        return datetime.fromisoformat(self._read("clock"))

    @now.setter
    def now(self, now: datetime) -> None:
        self._replace("clock", now.isoformat())

    @property
    def asleep_at(self) -> str:
        """The process and the instant at which it had nothing to do any more: "PID INSTANT"."""
        return self._read("asleep")

    def fall_asleep(self, now: datetime) -> None:
        self._replace("asleep", f"{os.getpid()} {now.isoformat()}")

    def die_at(self, *instants: str) -> None:
        """Let a process die at each of these once, and again when the clock shows another time:
        patterns of what :meth:`is_last` is told."""
        self._replace("die-at", "\n".join(instants))

    def is_last(self, instant: str) -> bool:
        """Whether this is where a process dies. Whatever happens is kept."""
        self._append("instants", instant)
        died = f"{self._read('clock')} {instant}"
        is_meant = any(fnmatchcase(instant, each) for each in self._lines("die-at"))
        if not is_meant or died in self._lines("died"):
            return False
        self._append("died", died)
        return True

    @property
    def instants(self) -> list[str]:
        return self._lines("instants")

    @property
    def died(self) -> list[str]:
        """Where processes have died."""
        return [line.partition(" ")[2] for line in self._lines("died")]

    def _lines(self, name: str) -> list[str]:
        return self._read(name).splitlines()

    def _read(self, name: str) -> str:
        file = self.path / name
        return file.read_text() if file.exists() else ""

    def _append(self, name: str, line: str) -> None:
        with (self.path / name).open("a") as file:
            file.write(f"{line}\n")

    def _replace(self, name: str, text: str) -> None:
        # Never seen half-written.
        new = self.path / f"{name}.{os.getpid()}"
        new.write_text(text)
        new.replace(self.path / name)


class Pauses:
    """Sleeps by the clock of the folder, and says when everything sleeps."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._loops = 0
        self._alarms: list[datetime] = []
        self._told: datetime | None = None

    async def repeat(self, do: Callable[[], Awaitable[None]], pause_s: Any) -> None:
        self._loops += 1
        await loop.repeat(do, pause_s)

    async def sleep(self, seconds: float) -> None:
        alarm = self._folder.now + timedelta(seconds=seconds)
        self._alarms.append(alarm)
        while (now := self._folder.now) < alarm:
            self._tell(now)
            await asyncio.sleep(_LOOK_S)
        self._alarms.remove(alarm)

    def _tell(self, now: datetime) -> None:
        are_asleep = len(self._alarms) == self._loops and now < min(self._alarms)
        if are_asleep and now != self._told:
            self._folder.fall_asleep(now)
            self._told = now


def obey(folder: Folder) -> None:
    """The clock, where the process is given one, and the pauses."""
    pauses = Pauses(folder)
    replaced = cast("Any", culler)
    replaced.open_runtime = partial(open_runtime, now=lambda: folder.now)
    replaced.repeat = pauses.repeat
    cast("Any", loop).asyncio = SimpleNamespace(sleep=pauses.sleep)


def die_where_told(folder: Folder) -> None:
    """Before a step is committed, after it, and when the Hub's answer is there."""

    def instant(name: str) -> None:
        if folder.is_last(name):
            os.kill(os.getpid(), signal.SIGKILL)

    transaction, fetch = FollowingRuntime._transaction, HubClient._fetch

    def in_transaction(self: FollowingRuntime, work: Any, write: bool) -> Any:
        name = _name(work)
        if not write or name not in _STEPS:
            return transaction(self, work, write)

        def begun(uow: Any) -> Any:
            done = work(uow)
            instant(f"begun {name}{_detail(done)}")
            return done

        done = transaction(self, begun, write)
        instant(f"written {name}{_detail(done)}")
        return done

    async def asked(self: HubClient, method: str, path: str, *others: Any, **more: Any) -> Any:
        answer = await fetch(self, method, path, *others, **more)
        if is_deed(method, path):
            instant(f"answered {method} {path}")
        return answer

    cast("Any", FollowingRuntime)._transaction = in_transaction
    cast("Any", HubClient)._fetch = asked


def is_deed(method: str, path: str) -> bool:
    """Whether the Hub is asked to do something, and not just a question."""
    return method != "GET" and not path.endswith("/catalyst/servers")


def _name(work: Any) -> str:
    """The use case that a transaction is for: the first name in it that is not its own."""
    code = getattr(work, "__code__", None)
    return code.co_names[0] if code and code.co_names else ""


def _detail(done: object) -> str:
    return f" {done.step.name}" if isinstance(done, TakenStep) else ""


if __name__ == "__main__":
    given = Folder(Path(sys.argv[1]))
    obey(given)
    die_where_told(given)
    raise SystemExit(culler.main(sys.argv[2:]))
