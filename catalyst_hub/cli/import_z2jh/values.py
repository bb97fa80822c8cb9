"""The values of one hub: files merged as Helm merges them, and where each value stands.

What an import reads, it takes; what is left in the end has not been carried over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from catalyst_hub.communities_file.problem import Path, Problem, spelled
from catalyst_hub.communities_file.tree import Number, Tree

_OCTAL = re.compile(r"0[0-7]+", re.A)
_MISSING = object()


@dataclass(frozen=True, slots=True)
class ValuesFile:
    """One file and its values, which are a map."""

    name: str
    tree: Tree

    @property
    def data(self) -> dict[str, Any]:
        """Its values; an empty file has none."""
        return self.tree.data if isinstance(self.tree.data, dict) else {}


class Values:
    """Several files as one. ``taken`` are the paths that were carried over, ``dropped`` those that
    were not, with the reason."""

    def __init__(self, files: Sequence[ValuesFile]) -> None:
        self.files = tuple(files)
        self.data: dict[str, Any] = {}
        for file in files:
            self.data = _merged(self.data, file.data)
        self.problems: list[tuple[str, Problem]] = []
        self.taken: set[Path] = set()
        self.dropped: dict[Path, str] = {}

    @property
    def root(self) -> Value:
        """The whole of it."""
        return Value(self, (), self.data)

    def place(self, path: Path) -> tuple[str, int, int]:
        """File, line and column of the value at a path: the last file that says it."""
        lists_in = next((i for i, step in enumerate(path) if isinstance(step, int)), len(path))
        for length in range(lists_in, -1, -1):
            for file in reversed(self.files):
                if file.tree.has(path[:length]):
                    # Of a key rather than its value: a map begins at its first key.
                    whole = path if length == lists_in else path[:length]
                    return (file.name, *file.tree.place(whole, at_key=True))
        return (self.files[-1].name, 1, 1)

    def leaves(self) -> Iterator[Path]:
        """Every value that was neither taken nor dropped. A list is one of them, unless something
        in it was."""
        read = self.taken | self.dropped.keys()
        around = {path[:length] for path in read for length in range(len(path))}
        yield from self._leaves((), self.data, around)

    def _leaves(self, path: Path, data: Any, around: set[Path]) -> Iterator[Path]:
        if path in self.taken or path in self.dropped:
            return
        if isinstance(data, dict) and data:
            for key, value in data.items():
                yield from self._leaves((*path, key), value, around)
        elif isinstance(data, list) and path in around:
            for i, value in enumerate(data):
                yield from self._leaves((*path, i), value, around)
        elif path:
            yield path


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Maps merge, everything else replaces. A null stays one: it removes the chart's default."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        is_map = isinstance(below, dict) and isinstance(value, dict)
        result[key] = _merged(below, value) if is_map and below is not None else value
    return result


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value, there or not, and where it stands."""

    of: Values
    path: Path
    data: Any = None

    def __getitem__(self, key: str) -> Value:
        below = self.data.get(key, _MISSING) if isinstance(self.data, dict) else _MISSING
        return Value(self.of, (*self.path, key), below)

    def at(self, dotted: str) -> Value:
        """A value further down: ``singleuser.image.name``."""
        value = self
        for key in dotted.split("."):
            value = value[key]
        return value

    @property
    def is_written(self) -> bool:
        """Whether it is there, be it null."""
        return self.data is not _MISSING

    @property
    def is_there(self) -> bool:
        """Whether it is there and says something."""
        return self.data is not _MISSING and self.data is not None

    @property
    def place(self) -> str:
        """``FILE:LINE``, for comments: without the folder, which they all have in common."""
        name, line, _ = self.of.place(self.path)
        return f"{PurePath(name).name}:{line}"

    def map(self) -> dict[str, Value]:
        """The entries of a map; none when it is not there."""
        if self.is_there and not isinstance(self.data, dict):
            self.refuse("this is no map", "lines of 'key: value'", "indent them below the key")
        entries = self.data if isinstance(self.data, dict) else {}
        return {key: Value(self.of, (*self.path, key), entries[key]) for key in entries}

    def list(self) -> list[Value]:
        """The items of a list; none when it is not there."""
        if self.is_there and not isinstance(self.data, list):
            self.refuse("this is no list", "a list", "write lines that begin with '- '")
        items = self.data if isinstance(self.data, list) else []
        return [Value(self.of, (*self.path, i), item) for i, item in enumerate(items)]

    def text(self) -> str:
        """A text, taken; empty when it is not there."""
        self.take()
        if self.is_there and (isinstance(self.data, bool) or not isinstance(self.data, str)):
            self.refuse("this is no text", "text behind the key", "write it on one line")
            return ""
        return str(self.data).strip() if self.is_there else ""

    def texts(self) -> tuple[str, ...]:
        """A list of texts, taken; a single text counts as a list of one."""
        self.take()
        if isinstance(self.data, str):
            return (self.data,)
        return tuple(filter(None, (item.text() for item in self.list())))

    def flag(self) -> bool | None:
        """Yes or no, taken; None when it is not there."""
        self.take()
        if not self.is_there:
            return None
        if self.data in _YES or self.data in _NO:
            return self.data in _YES
        self.refuse("this is neither true nor false", "true or false", "write one of these")
        return None

    def plain(self) -> Any:
        """Whatever it is, taken, with numbers as numbers."""
        self.take()
        return _plain(self.data) if self.is_there else None

    def take(self) -> None:
        """Note that it is carried over, with all below it."""
        self.of.taken.add(self.path)

    def drop(self, reason: str) -> None:
        """Note that it is not carried over, if it is there."""
        if self.is_written:
            self.of.taken.discard(self.path)
            self.of.dropped[self.path] = reason

    def refuse(self, what: str, expected: str, do: str) -> None:
        """Note that the import cannot go on with this."""
        name, line, column = self.of.place(self.path)
        problem = Problem(line, column, spelled(self.path), what, expected, do)
        if (name, problem) not in self.of.problems:
            self.of.problems.append((name, problem))


#: Helm reads YAML 1.1, where these are true and false as well.
_YES = (True, "true", "yes", "on")
_NO = (False, "false", "no", "off")


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(value) for value in data]
    if isinstance(data, Number):
        return int(data, 8) if _OCTAL.fullmatch(data) else data.as_number()
    return data
