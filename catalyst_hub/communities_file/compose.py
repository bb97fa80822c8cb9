"""YAML text to nodes with marks, by libyaml, within bounds.

PyYAML's own resolver is left out, because it reads YAML 1.1: there the country ``NO`` is false
and ``22:30`` is 1350. A plain scalar keeps its text here; :mod:`.tree` says what it means.
"""

from __future__ import annotations

import re
from typing import Any

from yaml import CBaseLoader, MappingNode, MarkedYAMLError, Node, ScalarNode, YAMLError

from catalyst_hub.communities_file.problem import CommunitiesFileError, Path, Problem, spelled

#: libyaml's composer recurses in C: without a bound, a line of "- - - …" ends the process.
DEEPEST = 50
#: About 10,000 communities; bounds the memory that a huge file can take.
MOST_NODES = 1_000_000

TAG = "tag:yaml.org,2002:"
PLAIN, STR, MAP, SEQ = "plain", f"{TAG}str", f"{TAG}map", f"{TAG}seq"

_NOT_TEXT = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnreadableError(Exception):
    """The file as a whole is refused: what is wrong, what was expected, what to do, and where."""

    def __init__(
        self, what: str, expected: str, do: str, node: Node | None = None, path: Path = ()
    ) -> None:
        super().__init__(what)
        place = position(node) if node else (1, 1)
        self.problem = Problem(*place, spelled(path), what, expected, do)


def compose(text: str, name: str) -> Node:
    """The root node of a text; raises :class:`CommunitiesFileError` with the one problem."""
    strange = _NOT_TEXT.search(text)
    if strange is not None:
        raise CommunitiesFileError([_strange_character(text, strange.start())], name)
    try:
        root = _Composer(text).get_single_node()
        if root is None:
            what, expected = "the file is empty", "version, hub, providers and communities"
            raise UnreadableError(what, expected, "begin with a copy of the demo's file")
    except UnreadableError as error:
        raise CommunitiesFileError([error.problem], name) from None
    except YAMLError as error:
        raise CommunitiesFileError([_malformed(error, text)], name) from None
    return root


def position(node: Node) -> tuple[int, int]:
    """Line and column of a node, from 1."""
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Composer(CBaseLoader):
    """libyaml's composer; it asks for the tag of each node, and tells where it goes down and up."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        if kind is ScalarNode:
            return PLAIN if implicit[0] else STR
        return MAP if kind is MappingNode else SEQ

    def descend_resolver(self, parent: Node | None, index: object) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > DEEPEST:
            expected, do = f"at most {DEEPEST} levels", "write it with fewer levels"
            raise UnreadableError("this is nested too deeply", expected, do, parent)
        if self._nodes > MOST_NODES:
            expected, do = f"at most {MOST_NODES:,} values", "move what repeats into defaults"
            raise UnreadableError("the file is too long", expected, do, parent)

    def ascend_resolver(self) -> None:
        self._depth -= 1


def _strange_character(text: str, at: int) -> Problem:
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    what = f"the character U+{ord(text[at]):04X} cannot stand in YAML"
    return Problem(line, column, "(file)", what, "text", "remove it, or save the file as UTF-8")


def _malformed(error: YAMLError, text: str) -> Problem:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(1, 1, "(file)", f"this is not YAML: {error}", "YAML", "repair the syntax")
    mark = error.problem_mark
    reason = ", ".join(part for part in (error.context, error.problem) if part)
    what = f"this is not YAML: {reason}"
    return Problem(mark.line + 1, mark.column + 1, "(file)", what, "YAML", _repair(text, mark.line))


def _repair(text: str, line: int) -> str:
    written = text.split("\n")[line : line + 1]
    if written and "\t" in written[0][: len(written[0]) - len(written[0].lstrip())]:
        return "indent with spaces instead of tabs"
    return "check indentation, colons, brackets and quotes here and in the line before"
