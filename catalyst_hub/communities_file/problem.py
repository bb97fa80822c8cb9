"""What is wrong with a communities file, said so that its writer can repair it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Where something stands in the file: keys of maps and positions in lists, from the top.
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One finding. ``line`` and ``column`` count from 1; ``path`` is ``communities.x.title``."""

    line: int
    column: int
    path: str
    what: str
    expected: str
    do: str

    @property
    def sentence(self) -> str:
        """Everything but the place in the text."""
        return f"{self.path}: {self.what}; expected {self.expected}; {self.do}"

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.sentence}"


class CommunitiesFileError(Exception):
    """The file cannot be used. ``problems`` are all that was found, in the order of the file."""

    def __init__(self, problems: Sequence[Problem], name: str = "communities.yaml") -> None:
        self.name = name
        self.problems = tuple(sorted(problems))
        super().__init__(self.name, self.problems)

    def __str__(self) -> str:
        return "\n".join(f"{self.name}:{problem}" for problem in self.problems)


def spelled(path: Path) -> str:
    """``communities.x.members[0].people``, as the messages show a place."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(file)"
