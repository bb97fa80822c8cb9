"""Servers as processes of the hub's own machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jupyterhub.spawner import SimpleLocalProcessSpawner
from jupyterhub.utils import exponential_backoff
from traitlets import Unicode, default

from catalyst_hub.core.choice import Choice
from catalyst_hub.core.profile import Profile, Size
from catalyst_hub.core.shared_folder import SharedFolder
from catalyst_hub.hub.loopback import exposed_setting, is_loopback
from catalyst_hub.hub.rescue import first_folder, has_room, variables_elsewhere
from catalyst_hub.hub.shared_links import link_folders
from catalyst_hub.hub.spawner import CatalystSpawnerMixin
from catalyst_hub.hub.spawner_settings import configured, is_jupyter

#: Seconds between two looks whether a server that was told to end has ended.
_LONGEST_LOOK_S = 0.2


def _make_private(*folders: str) -> None:
    for folder in folders:
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def _home_below(homes: str, name: str) -> Path | None:
    """The folder of that name; None: that would be another place, as where it is a link to
    somebody else's home."""
    folder = Path(homes).resolve()
    home = folder / name
    return home if home.parent == folder and home == home.resolve() else None


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


class CatalystLocalSpawner(CatalystSpawnerMixin, SimpleLocalProcessSpawner):
    """Servers as processes of this machine, each in a home of its own.

    They all run as the hub's own user, so every learner could read the hub's database and keys:
    for a demo or a class on one's own machine, refused on any hub that others can reach.
    """

    homes_dir = Unicode(
        "homes",
        help="The folder with a home for each person; relative to where the hub was started.",
        config=True,
    )

    shared_dir = Unicode(
        help="The folder with one for each community and workshop, which many see, outside the"
        " homes; relative to where the hub was started. Empty: nowhere. All servers run as one"
        " user here, so nothing but a word keeps people from writing what they should only read.",
        config=True,
    )

    @classmethod
    def objection(cls, app: Any) -> str | None:
        """Every server runs with the hub's own rights: only for hubs that nobody else can reach."""
        ip = configured(cls, app, "ip")
        own = f"c.Spawner.ip = {ip!r}" if ip is not None and not is_loopback(ip) else None
        if setting := exposed_setting(app) or own:
            return (
                "the local spawner gives every learner the rights of the hub's own user, so the"
                f" hub may listen on loopback only, but {setting}. Set c.JupyterHub.bind_url ="
                " 'http://127.0.0.1:8000', or another c.JupyterHub.spawner_class"
            )
        return None

    @default("home_dir")
    def _default_home_dir(self) -> str:
        return str(Path(self.homes_dir, self.user.name).resolve())

    async def delete_files(self) -> bool:
        """The folder of that name; a home that somebody has put elsewhere is theirs to remove."""
        home = _home_below(self.homes_dir, self.user.name)
        if home is None or home != Path(self.home_dir):
            return False
        await asyncio.to_thread(_remove, home)
        return True

    _elsewhere = False
    _shared: tuple[SharedFolder, ...] = ()
    runtime_dir = Unicode(help="Where the server and its kernels keep their sockets.")

    def apply_choice(self, choice: Choice, profile: Profile, size: Size) -> None:
        """The environment's command, in a home of one's own."""
        super().apply_choice(choice, profile, size)
        self._elsewhere = False
        environment = profile.environment
        self.cmd = list(environment.command) or self.cmd
        self.notebook_dir = str(Path(self.home_dir, environment.working_dir or ""))

    def share_folders(self, folders: Sequence[SharedFolder]) -> None:
        """To be linked when there is a home."""
        self._shared = tuple(folders) if self.shared_dir else ()

    async def start(self) -> Any:
        """Start the process, with its folders; the home may be too full for them."""
        # A socket's path has 107 characters at most; a home may lie deeper than that.
        self.runtime_dir = tempfile.mkdtemp(prefix="catalyst-")
        if not await asyncio.to_thread(self._has_folders):
            self.write_elsewhere()
        if self._elsewhere:
            _make_private(str(Path(self.runtime_dir, "tmp")))
            self.notebook_dir = first_folder(self.notebook_dir, self.home_dir, self.runtime_dir)
        elif self.shared_dir:
            await asyncio.to_thread(self._link_shared)
        return await super().start()

    def _link_shared(self) -> None:
        """A server without them is better than none."""
        try:
            real = Path(self.shared_dir).resolve()
            link_folders(real, Path(self.notebook_dir, "shared"), self._shared)
        except OSError:
            self.log.exception("%s starts without shared folders", self._log_name)

    def _has_folders(self) -> bool:
        try:
            _make_private(self.home_dir, self.notebook_dir)
        except OSError:
            return False
        return has_room(Path(self.home_dir))

    def write_elsewhere(self) -> None:
        """Into the folder of the sockets, which goes with the server."""
        self._elsewhere = True

    def get_env(self) -> dict[str, str]:
        """Nothing of the hub's user reaches the server but where programs are."""
        env: dict[str, str] = super().get_env()
        env["JUPYTER_RUNTIME_DIR"] = self.runtime_dir
        if self._elsewhere:
            env |= variables_elsewhere(self.home_dir, self.runtime_dir, env)
            env["HOME"] = first_folder(self.home_dir, self.runtime_dir)
        env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
        return env

    def get_args(self) -> list[str]:
        """A demo in a container runs as root, which Jupyter refuses unless told."""
        args: list[str] = super().get_args()
        return [*args, "--allow-root"] if is_jupyter(self.cmd) and os.getuid() == 0 else args

    async def wait_for_death(self, timeout: float = 10) -> bool:  # noqa: ASYNC109 - the Hub's name
        """As ever, but the last looks are as close together as the first. The stock spawner lets
        five seconds pass between two, and a server that is gone would be charged for them."""
        try:
            return await exponential_backoff(
                self._is_gone,
                f"{self._log_name} did not end in {timeout} seconds",
                start_wait=self.death_interval,
                max_wait=_LONGEST_LOOK_S,
                timeout=timeout,
            )
        except TimeoutError:
            return False

    async def _is_gone(self) -> bool:
        return await self.poll() is not None

    def clear_state(self) -> None:
        """Forget the process that is gone, and remove its sockets."""
        super().clear_state()
        if self.runtime_dir:
            shutil.rmtree(self.runtime_dir, ignore_errors=True)
        self.runtime_dir = ""

    def get_state(self) -> dict[str, Any]:
        """Remember where the sockets are."""
        return super().get_state() | ({"runtime_dir": self.runtime_dir} if self.runtime_dir else {})

    def load_state(self, state: dict[str, Any]) -> None:
        """Restore after a restart of the Hub."""
        super().load_state(state)
        self.runtime_dir = state.get("runtime_dir", "")
