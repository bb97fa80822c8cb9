"""What is wrong with a communities file, said so that its writer can repair it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

#: Where something stands in the file: keys of maps and positions in lists, from the top.
Path = tuple[str | int, ...]

#: What well-known tokens begin with, or a long mix of letters and digits.
_TOKEN = re.compile(
    r"(?:gh[a-z]_|github_pat_|glpat-|xox[a-z]-|AKIA|sk-)\w.*"
    r"|(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9+/_=-]{32,}"
)


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
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{shown(step)}" for step in path)
    return text.removeprefix(".") or "(file)"


def shown(text: str) -> str:
    """A word of the file as a message repeats it: short, on one line, and never a secret."""
    line = " ".join(text.split())
    longest = 4 if is_token(line) else 60
    return f"{line[:longest]}…" if len(line) > longest else line


def is_token(text: str) -> bool:
    """Whether a text is a secret by its looks, wherever it was put."""
    return _TOKEN.fullmatch(text) is not None
