"""The demo's hub: started, waited for, and ended with everything it has started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from catalyst_hub.cli.demo.place import HOST, DemoError, Place
from catalyst_hub.cli.demo.processes import MARK, end_all
from catalyst_hub.data_files import share_dir

#: Seconds: a laptop that compiles everything for the first time needs most of it.
_START_TIMEOUT_S = 120
#: Together under ten seconds, which is what Ctrl-C promises.
_END_HUB_S = 6.0
_END_REST_S = 1.0


def address(place: Place) -> str:
    """Where a browser goes."""
    return f"http://{HOST}:{place.settings.ports['public']}{place.base_url}"


def start(place: Place) -> subprocess.Popen[bytes]:
    """Start the hub in a session of its own: Ctrl-C reaches only us, and we end it in order."""
    config = share_dir() / "demo" / "jupyterhub_config.py"
    with place.log.open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=place.folder,
            env=_environment(place),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def search_path() -> str:
    """PATH with this Python's own programs first: the proxy and JupyterLab lie beside it."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])


def _environment(place: Place) -> dict[str, str]:
    # A demo started from a terminal of JupyterLab must not take itself for that hub's server.
    foreign = ("JUPYTERHUB_", "JUPYTER_RUNTIME_DIR", "JPY_", "CATALYST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {
        "PATH": search_path(),
        MARK: place.settings.demo_id,
        "CATALYST_DEMO_SETTINGS": str(place.settings_file),
        "CATALYST_DEMO_URL": address(place),
        "TMPDIR": str(_new_runtime_dir(place)),
    }


def _new_runtime_dir(place: Place) -> Path:
    """For people's sockets, whose paths must be short (107 characters): not in a deep folder."""
    _remove_runtime_dir(place)
    folder = Path(tempfile.mkdtemp(prefix="catalyst-"))
    _runtime_link(place).symlink_to(folder)
    return folder


def _remove_runtime_dir(place: Place) -> None:
    """Also the one of a demo that was killed."""
    link = _runtime_link(place)
    if link.is_symlink():
        shutil.rmtree(link.readlink(), ignore_errors=True)
        link.unlink()


def _runtime_link(place: Place) -> Path:
    return place.folder / "runtime"


def wait_until_up(
    place: Place, process: subprocess.Popen[bytes], stopping: threading.Event
) -> bool:
    """True when the hub answers through the proxy; False when we were told to stop before.

    Raises DemoError, with the end of the log, when it does not come up.
    """
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not _is_healthy(place):
        if stopping.wait(0.1):
            return False
        if process.poll() is not None:
            raise DemoError(f"The hub ended while it started.\n{log_tail(place)}")
        if time.monotonic() > deadline:
            raise DemoError(f"The hub did not answer in {_START_TIMEOUT_S} s.\n{log_tail(place)}")
    return True


def _is_healthy(place: Place) -> bool:
    # A proxy set for the outside world has no business on loopback.
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(address(place) + "hub/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def log_tail(place: Place, lines: int = 25) -> str:
    """The last lines of the log, and where the rest is."""
    text = place.log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join([*(f"    {line}" for line in text), f"The whole log: {place.log}"])


def end(place: Place, process: subprocess.Popen[bytes] | None) -> None:
    """End the hub, which stops people's servers and closes their sessions, then what is left."""
    if process is not None:
        process.terminate()
        try:
            process.wait(_END_HUB_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    end_all(place.settings.demo_id, _END_REST_S)
    _remove_runtime_dir(place)
