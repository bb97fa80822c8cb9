"""A server whose owner's home is full: it starts, and keeps elsewhere what it must write to run.

Jupyter writes settings, sockets, secrets and histories when it starts. Where the home has no room
for them it would end at once, and nobody could delete a file to make room.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

#: What a start writes at least, and some more: a kernel's files, a page's settings.
_ROOM = 256 * 1024
_PROBE = ".catalyst-room-"
#: For programs: the home of this server's owner is full.
FLAG = "CATALYST_HOME_FULL"


def has_room(home: Path) -> bool:
    """Whether a start can write there. Tried out: quotas do not show in what a disk says of
    itself."""
    try:
        # A name that nobody can have prepared: a link would lead out of the home.
        with tempfile.NamedTemporaryFile(prefix=_PROBE, dir=home) as file:
            file.write(bytes(_ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def first_folder(*folders: str) -> str:
    """The first of them that is there."""
    return next(folder for folder in folders if Path(folder).is_dir())


def variables_elsewhere(home: str, elsewhere: str, given: Mapping[str, str]) -> dict[str, str]:
    """Lets Jupyter, IPython and shells write below ``elsewhere``, and still read what is in the
    home and wherever else the ``given`` variables say."""

    def at(name: str) -> str:
        return str(Path(elsewhere, name))

    def also(name: str, inside: str) -> str:
        return os.pathsep.join(filter(None, (str(Path(home, inside)), given.get(name, ""))))

    return {
        FLAG: "1",
        "JUPYTER_RUNTIME_DIR": elsewhere,
        "JUPYTER_CONFIG_DIR": at("config"),
        "JUPYTER_CONFIG_PATH": also("JUPYTER_CONFIG_PATH", ".jupyter"),
        "JUPYTER_DATA_DIR": at("data"),
        "JUPYTER_PATH": also("JUPYTER_PATH", ".local/share/jupyter"),
        "JUPYTERLAB_SETTINGS_DIR": at("config/lab/user-settings"),
        "JUPYTERLAB_WORKSPACES_DIR": at("config/lab/workspaces"),
        "IPYTHONDIR": at("ipython"),
        "HISTFILE": at("history"),
        "XDG_CACHE_HOME": at("cache"),
        "XDG_STATE_HOME": at("state"),
        "MPLCONFIGDIR": at("matplotlib"),
        "PYTHONPYCACHEPREFIX": at("pycache"),
        "TMPDIR": at("tmp"),
    }
