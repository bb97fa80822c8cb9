"""Time travel: a real hub, and the culler's process beside it, whose clocks are set by hand."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

import pytest
from traitlets.config import Config

from catalyst_hub.hub.roles import CULLER_SERVICE
from tests.culler.clockwork import LEARNERS, ROOMY, Clockwork, at
from tests.culler.mortal import Folder, is_deed
from tests.hub.communities import catalyst_config, sign_in
from tests.hub.spawners import AdmittedNothingSpawner
from tests.support.chaos import ROUNDS

_ROOT = Path(__file__).parents[2]
#: Between two rounds of the process.
_PAUSE = timedelta(seconds=10)
_LOOK_S = 0.005
#: Of one process, of which many may be killed at the same instant.
_PATIENCE_S = 60


def hub_config(path: Path, folder: Folder) -> Config:
    """With the culler's process, of which nothing is changed but what obeys the folder."""
    config = catalyst_config(path, ROOMY, managed=[CULLER_SERVICE])
    config.JupyterHub.spawner_class = AdmittedNothingSpawner
    config.Spawner.home_remover = remove_home
    (culler,) = (s for s in config.JupyterHub.services if s["name"] == CULLER_SERVICE)
    python, _, _, *options = culler["command"]
    mortal = [python, "-m", "tests.culler.mortal", str(folder.path)]
    own = ["--every", str(_PAUSE.seconds), "--metrics-port", "0"]
    culler["command"] = [*mortal, *options, *own]
    culler["environment"]["PYTHONPATH"] = str(_ROOT)
    return config


def remove_home(spawner: Any) -> bool:
    shutil.rmtree(Path("homes") / spawner.user.name, ignore_errors=True)
    return True


class CullerProcess:
    """The service, as the Hub starts it and starts it again. It may be killed at any instant that
    it passes, and where the Hub has a request of it and has not answered."""

    def __init__(self, hub: Any, folder: Folder) -> None:
        self.folder = folder
        self._meant: Sequence[str] = ()
        self._service = hub._service_map[CULLER_SERVICE]
        self._watch(hub.tornado_application)

    def _watch(self, hub: Any) -> None:
        find_handler, ours = hub.find_handler, f"token {self._service.api_token}"

        def find(request: Any, **more: Any) -> Any:
            path = request.path.removeprefix("/hub/api")
            is_asked = request.headers.get("Authorization") == ours and is_deed(
                request.method, path
            )
            if is_asked and self.folder.is_last(f"asked {request.method} {path}"):
                self.kill()
            return find_handler(request, **more)

        hub.find_handler = find

    def die_at(self, *instants: str) -> None:
        """Each once; in ``make chaos`` everywhere."""
        self._meant = ["*"] if ROUNDS else instants
        self.folder.die_at(*self._meant)

    def has_died_everywhere(self) -> bool:
        """Where it was to."""
        died = self.folder.died
        return all(any(fnmatchcase(one, meant) for one in died) for meant in self._meant)

    def kill(self) -> None:
        self._service.proc.kill()
        self._service.proc.wait()

    async def sleeps_at(self, now: datetime) -> None:
        """Tell it the time, and wait until it has nothing more to do then. One that was killed is
        started again, as the Hub does when it looks after its services, every 30 s."""
        self.folder.now = now
        while not self._is_asleep(now):
            if not self._is_alive:
                await self._service.spawner.poll_and_notify()
                await asyncio.sleep(_LOOK_S)
            async with asyncio.timeout(_PATIENCE_S):
                while self._is_alive and not self._is_asleep(now):
                    await asyncio.sleep(_LOOK_S)

    def _is_asleep(self, now: datetime) -> bool:
        return self.folder.asleep_at == f"{self._service.proc.pid} {now.isoformat()}"

    @property
    def _is_alive(self) -> bool:
        return self._service.proc.poll() is None


class TimeTravel(Clockwork):
    """The same, and the process, which is told the time at each round."""

    def __init__(self, hub: Any, monkeypatch: pytest.MonkeyPatch, folder: Folder) -> None:
        super().__init__(hub, monkeypatch, folder.now)
        self.culler = CullerProcess(hub, folder)

    @classmethod
    async def start(
        cls, start_hub: Any, path: Path, monkeypatch: pytest.MonkeyPatch, now: str
    ) -> Self:
        """Everybody has signed in once."""
        folder = Folder(path / "clockwork")
        folder.path.mkdir()
        folder.now = at(now)
        hub = await start_hub(hub_config(path, folder))
        clock = cls(hub, monkeypatch, folder)
        for name in (*LEARNERS, "amina", "kofi", "lucia", "joao"):
            await sign_in(hub, name)
        await clock.culler.sleeps_at(clock.now)
        return clock

    async def round(self, now: str | None = None) -> list[str]:
        """All that it does at this time, and in the seconds after, until it has nothing more to
        do; which steps those of workshops were."""
        self.now, before = at(now) if now else self.now, await self.steps()
        await self.culler.sleeps_at(self.now)
        passed = -1
        while passed != (passed := len(self.culler.folder.instants)):
            self.now += _PAUSE
            await self.culler.sleeps_at(self.now)
        return (await self.steps())[len(before) :]

    async def travel(self, until: str, using: Sequence[str] = ()) -> list[str]:
        """Round after round as the time passes, two minutes at a time."""
        taken = []
        while self.now < at(until):
            self.now = min(at(until), self.now + timedelta(minutes=2))
            await self.use(*using)
            taken += await self.round()
        return taken
