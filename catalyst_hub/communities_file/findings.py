"""Collects what is found in one reading, each thing once and at its place in the file."""

from __future__ import annotations

from catalyst_hub.communities_file.problem import Path, Problem, spelled
from catalyst_hub.communities_file.tree import Tree


class Findings:
    """Errors, which make a file unusable, and warnings, which do not."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._errors: dict[Problem, None] = dict.fromkeys(tree.problems)
        self._warnings: dict[Problem, None] = {}
        self._around_errors: set[Path] = set()

    @property
    def errors(self) -> list[Problem]:
        """In the order of the file."""
        return sorted(self._errors)

    @property
    def warnings(self) -> list[Problem]:
        """In the order of the file."""
        return sorted(self._warnings)

    def is_written(self, path: Path) -> bool:
        """Whether something stands at exactly this path."""
        return self._tree.has(path)

    def refuse(
        self, path: Path, what: str, expected: str, do: str, *, at_key: bool = False
    ) -> None:
        """Note an error, unless it only follows from one that was found inside of it."""
        path = self._written(path)
        if path in self._around_errors:
            return
        self._errors[self._problem(path, what, expected, do, at_key)] = None

    def refuse_shape(
        self, path: Path, what: str, expected: str, do: str, *, at_key: bool = False
    ) -> None:
        """Note an error about something that the rest of the reading goes on without."""
        self.refuse(path, what, expected, do, at_key=at_key)
        self._around_errors.update(path[:length] for length in range(1, len(path) + 1))

    def warn(self, path: Path, what: str, expected: str, do: str) -> None:
        """Note what is allowed, but hardly meant."""
        path = self._written(path)
        if path not in self._around_errors:
            self._warnings[self._problem(path, what, expected, do, at_key=True)] = None

    def _problem(self, path: Path, what: str, expected: str, do: str, at_key: bool) -> Problem:
        place = self._tree.place(path, at_key=at_key)
        return Problem(*place, spelled(path), what, expected, do)

    def _written(self, path: Path) -> Path:
        """Where something that a community has is written: at the community or in defaults."""
        if path[:1] == ("communities",) and len(path) > 2 and not self._tree.has(path):
            inherited: Path = ("defaults", *path[2:])
            if self._tree.has(inherited):
                return inherited
        return path
