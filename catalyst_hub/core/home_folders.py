"""Whose home a folder is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
#: As long as KubeSpawner lets the name of a person get in a path or a volume's name, and as much
#: as it leaves of one that gets a digest.
_LONGEST, _LONGEST_FIT = 48, 37
_FIT = re.compile(r"[a-z]([a-z0-9-]*[a-z0-9])?")


def folders_of(names: Iterable[str]) -> Mapping[str, str]:
    """People by the folders that may be their homes.

    Those are called by the hub name itself, or as KubeSpawner writes it, in one of two ways. A
    folder that is somebody's very name is nobody else's.
    """
    every = list(names)
    written = {folder: name for name in every for folder in _written(name)}
    return written | {name: name for name in every}


def _written(name: str) -> Iterator[str]:
    yield escaped(name)
    yield safe_slug(name)


def escaped(name: str) -> str:
    """As KubeSpawner's ``{escaped_username}``."""
    letters = (
        letter if letter in _SAFE else "".join(f"-{byte:02x}" for byte in letter.encode())
        for letter in name
    )
    return "".join(letters)


def safe_slug(name: str) -> str:
    """As KubeSpawner's ``{username}`` since version 7: itself where that is fit, else what is fit
    of it and a digest."""
    if _FIT.fullmatch(name) and "--" not in name and len(name) <= _LONGEST:
        return name
    fit = re.sub(r"[^a-z0-9]+", "-", name.lower()).lstrip("-")[:_LONGEST_FIT].rstrip("-")
    if fit and not fit[0].isalpha():
        fit = f"x-{fit[: _LONGEST_FIT - 2]}"
    return f"{fit or 'x'}---{hashlib.sha256(name.encode()).hexdigest()[:8]}"
