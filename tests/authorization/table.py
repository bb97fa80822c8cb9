"""Reads the table: who is answered what at which address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

PERSONS = (
    "anonymous",
    "learner",
    "other",
    "champion",
    "before",
    "during",
    "after",
    "operator",
)
PLACEHOLDER = re.compile(r"\{(\w+)\}")
_TABLE = Path(__file__).with_name("table.txt")


@dataclass(frozen=True)
class Row:
    """One request, with what each person is answered; ``line`` is its place in the file."""

    line: int
    method: str
    address: str
    body: str
    answers: tuple[str, ...]

    @property
    def title(self) -> str:
        """The name of its test."""
        return f"{self.method} {self.address}" + (f" {self.body}" if self.body else "")


def rows() -> list[Row]:
    """Every row of the table."""
    lines = enumerate(_TABLE.read_text().splitlines(), start=1)
    return [_row(number, line) for number, line in lines if line and line[0] not in "# "]


def _row(number: int, line: str) -> Row:
    method, *answers, request = line.split(maxsplit=len(PERSONS) + 1)
    assert len(answers) == len(PERSONS), f"line {number}: {len(PERSONS)} answers, please"
    address, _, body = request.partition("  ")
    return Row(number, method, address, body, tuple(answers))
