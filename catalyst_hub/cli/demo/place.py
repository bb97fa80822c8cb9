"""The demo's folder: what it keeps there, its lock, its secrets and its ports."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

#: Only a folder with this file was made by a demo; no other is ever used, let alone deleted.
MARKER = "catalyst-hub-demo.json"
_LOCK = "lock"
HOST = "127.0.0.1"
#: Ports nobody types: of the hub, the proxy's own interface and the champions' pages.
PORTS = ("hub", "proxy_api", "champion")


class DemoError(Exception):
    """The demo cannot run; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a demo decides once and keeps. ``demo_id`` marks its processes; the rest are secrets,
    and ``ports`` by name (:data:`PORTS`, and ``public``)."""

    demo_id: str
    crypt_key: str
    cookie_secret: str
    proxy_password: str
    ports: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A demo's folder, held by this process until it ends."""

    folder: Path
    settings: Settings
    is_new: bool
    lock: IO[str]
    base_url: str = "/"

    @property
    def database(self) -> Path:
        """The ledger."""
        return self.folder / "catalyst.sqlite"

    @property
    def log(self) -> Path:
        """What the hub and its services say."""
        return self.folder / "hub.log"

    @property
    def settings_file(self) -> Path:
        """The settings, as the hub's configuration reads them."""
        return self.folder / MARKER


def default_folder() -> Path:
    """``catalyst-hub-demo`` where programs keep their data."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "catalyst-hub-demo"


def take(folder: Path, *, is_reset: bool) -> Place:
    """Make or open the demo's folder and hold it.

    Raises DemoError: it is somebody else's, or a demo runs there now.
    """
    folder = folder.expanduser().resolve()
    if folder.exists() and not (folder / MARKER).exists() and _has_content(folder):
        raise DemoError(
            f"{folder} was not made by a demo (it has no {MARKER}): nothing was touched.\n"
            "Give an empty or new folder with --data-dir."
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _hold(folder)
    except OSError as error:
        raise DemoError(f"{folder}: {error.strerror or error}") from error
    if is_reset:
        _empty(folder)
    return _open(folder, lock)


def _has_content(folder: Path) -> bool:
    return not folder.is_dir() or any(entry.name != _LOCK for entry in folder.iterdir())


def _hold(folder: Path) -> IO[str]:
    """The kernel gives the lock back whatever ends this process."""
    lock = (folder / _LOCK).open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise DemoError(
            f"A demo runs with {folder} already.\n"
            "Stop it (Ctrl-C there), or give another folder with --data-dir."
        ) from None
    return lock


def _empty(folder: Path) -> None:
    # The marker goes last: a reset that is interrupted can be repeated.
    entries = sorted(folder.iterdir(), key=lambda entry: entry.name == MARKER)
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != _LOCK:
            entry.unlink()


def _open(folder: Path, lock: IO[str]) -> Place:
    marker = folder / MARKER
    if not marker.exists():
        place = Place(folder, _new_settings(), is_new=True, lock=lock)
        save(place)
        return place
    try:
        settings = Settings(**json.loads(marker.read_text()))
    except (ValueError, TypeError) as error:
        raise DemoError(f"{marker} cannot be read ({error}). Start again with --reset.") from error
    return Place(folder, settings, is_new=False, lock=lock)


def _new_settings() -> Settings:
    return Settings(
        demo_id=secrets.token_hex(8),
        crypt_key=secrets.token_hex(32),
        cookie_secret=secrets.token_hex(32),
        proxy_password=secrets.token_hex(16),
        ports={},
    )


def save(place: Place) -> None:
    """Write the settings, readable by this user alone."""
    path = place.settings_file
    temporary = path.with_suffix(".new")
    with suppress(FileNotFoundError):
        temporary.unlink()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(place.settings), file, indent=1)
    temporary.replace(path)


def with_ports(place: Place, public: int) -> Place:
    """The same place, with a port for everything that listens; the last ones where still free.

    Raises DemoError when the public port is taken.
    """
    if not _is_free(public):
        raise DemoError(
            f"Port {public} of {HOST} is in use by another program.\n"
            f"Give another one, such as --port {public + 1}."
        )
    kept = {name: place.settings.ports.get(name, 0) for name in PORTS}
    if public in kept.values() or not all(port and _is_free(port) for port in kept.values()):
        kept = _free_ports(PORTS)
    place = replace(place, settings=replace(place.settings, ports={**kept, "public": public}))
    save(place)
    return place


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still closing is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_ports(names: tuple[str, ...]) -> dict[str, int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind((HOST, 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}
