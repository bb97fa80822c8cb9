"""Looks at a communities file again and again, and tells what has changed once it has settled."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from catalyst_hub.communities_file import Checked, CommunitiesFileError, check, read_text
from catalyst_hub.communities_file.usual import NOTHING_USUAL, Usual


@dataclass(frozen=True, slots=True)
class Edited:
    """Another version of the file: what it says, or everything that is wrong with it."""

    text: str
    found: Checked | CommunitiesFileError


class Watcher:
    """``version`` is the one in force, which is no news.

    Each look reads the file: clocks, links that are swapped as Kubernetes does, and editors that
    write a new file in its place make no difference. A version counts when two looks in a row
    have found it, for half a file can be a good file with half of its communities missing.
    """

    def __init__(self, path: Path, version: str, usual: Usual = NOTHING_USUAL) -> None:
        self._path = path
        self._usual = usual
        self._told = self._last = version

    def look(self) -> Edited | None:
        """What is different, told once; None: nothing, or not settled yet.

        Takes as long as reading and checking the file does, so it belongs into a thread.
        """
        text, error = self._read()
        version = sha256((str(error) if error else text).encode()).hexdigest()
        has_settled, self._last = version == self._last, version
        if not has_settled or version == self._told:
            return None
        self._told = version
        return Edited(text, error or self._checked(text))

    def _read(self) -> tuple[str, CommunitiesFileError | None]:
        try:
            return read_text(self._path), None
        except CommunitiesFileError as error:
            return "", error

    def _checked(self, text: str) -> Checked | CommunitiesFileError:
        try:
            return check(text, str(self._path), self._usual)
        except CommunitiesFileError as error:
            return error
