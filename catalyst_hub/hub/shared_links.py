"""Folders that many see, as a home on the same machine has them: links to the real ones."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from catalyst_hub.core.shared_folder import SharedFolder


def link_folders(real: Path, place: Path, folders: Iterable[SharedFolder]) -> None:
    """Make ``folders`` below ``real``, and links to exactly these in ``place``.

    Links to others of them go, for the person may have left; what she put there herself stays.
    Raises OSError where there is no room, or she has something else in that place.
    """
    wanted = {folder.name: real / folder.name for folder in folders}
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for entry in place.iterdir():
        if entry.is_symlink() and entry.readlink().parent == real and entry.name not in wanted:
            entry.unlink()
    for name, target in wanted.items():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
        if not os.path.lexists(place / name):
            (place / name).symlink_to(target, target_is_directory=True)
