"""Nodes to plain values, remembering where each of them stands.

``null``, ``true`` and ``false`` mean what YAML 1.2 says; everything else stays the text that was
written: ``NO`` is a country, ``1.10`` and ``007`` keep their digits, and the field that takes a
number reads it. What is a number to YAML is a :class:`Number`, which is a text as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from catalyst_hub.communities_file.compose import (
    MAP,
    PLAIN,
    SEQ,
    STR,
    TAG,
    UnreadableError,
    compose,
    position,
)
from catalyst_hub.communities_file.problem import CommunitiesFileError, Path, Problem, spelled

#: What aliases may grow to when each is written out: "a billion laughs" stops here.
MOST_EXPANDED = 2_000_000

_AS_PLAIN = frozenset({PLAIN, *(TAG + kind for kind in ("null", "bool", "int", "float"))})
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.A)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?", re.A)

_Entries = dict[str, tuple[Node, Node]]


class Number(str):
    """The text of a number that was written without quotes."""

    __slots__ = ()

    def as_number(self) -> int | float:
        """The number that YAML means by it."""
        return int(self) if _INTEGER.fullmatch(self) else float(self)


@dataclass(frozen=True)
class Tree:
    """The values of a file, their places, and what was wrong with the YAML itself."""

    data: object
    root: Node
    problems: list[Problem]
    entries: dict[int, _Entries]

    def has(self, path: Path) -> bool:
        """Whether something is written at a path."""
        return len(self._along(path)) == len(path)

    def place(self, path: Path, *, at_key: bool = False) -> tuple[int, int]:
        """Line and column, from 1, of the value at a path or of the key in front of it.

        What is not written stands at the key of the innermost thing around it that is.
        """
        found = self._along(path)
        if not found:
            return position(self.root)
        key, value = found[-1]
        return position(key if at_key or len(found) < len(path) else value)

    def _along(self, path: Path) -> list[tuple[Node, Node]]:
        found: list[tuple[Node, Node]] = []
        node = self.root
        for step in path:
            pair = self._step(node, step)
            if pair is None:
                break
            found.append(pair)
            node = pair[1]
        return found

    def _step(self, node: Node, step: str | int) -> tuple[Node, Node] | None:
        if isinstance(node, SequenceNode):
            items: list[Node] = node.value
            is_there = isinstance(step, int) and step < len(items)
            return (items[int(step)], items[int(step)]) if is_there else None
        return self.entries.get(id(node), {}).get(str(step))


def read_tree(text: str, name: str) -> Tree:
    """The tree of a text. Raises :class:`CommunitiesFileError` where YAML cannot be read at all;
    what can be told together with other errors is among the tree's ``problems``."""
    root = compose(text, name)
    try:
        return _Reader().tree(root)
    except UnreadableError as error:
        raise CommunitiesFileError([error.problem], name) from None


def _plain(text: str) -> object:
    is_number = text[-1:].isdecimal() and _FLOAT.fullmatch(text) is not None
    return Number(text) if is_number else _WORDS.get(text, text)


class _Reader:
    """Turns nodes into values, each node once: what an alias names is one and the same value."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entries] = {}
        self._values: dict[int, object] = {}
        self._sizes: dict[int, int] = {}
        self._problems: list[Problem] = []

    def tree(self, root: Node) -> Tree:
        return Tree(self._value(root, ()), root, self._problems, self._entries)

    def _value(self, node: Node, path: Path) -> object:
        if isinstance(node, ScalarNode):
            return self._scalar(node, path)
        size = self._sizes.get(id(node))
        if size is None:
            return self._collection(node, path)
        if size == 0:
            what, expected = "an alias contains itself", "aliases of parts that are complete"
            raise UnreadableError(what, expected, "write this part out", node, path)
        return self._values[id(node)]

    def _scalar(self, node: ScalarNode, path: Path) -> object:
        text: str = node.value
        if node.tag in _AS_PLAIN:
            return _plain(text)
        if node.tag != STR:
            self._refuse_tag(node, path)
        return text

    def _collection(self, node: Node, path: Path) -> object:
        self._sizes[id(node)] = 0
        if node.tag not in (MAP, SEQ):
            self._refuse_tag(node, path)
        value: object
        if isinstance(node, MappingNode):
            pairs = self._pairs(node, path)
            value = {key: self._value(pair[1], (*path, key)) for key, pair in pairs.items()}
            children = [pair[1] for pair in pairs.values()]
        else:
            children = node.value
            value = [self._value(child, (*path, i)) for i, child in enumerate(children)]
        self._values[id(node)] = value
        self._sizes[id(node)] = self._size(node, children, path)
        return value

    def _size(self, node: Node, children: list[Node], path: Path) -> int:
        size = 1 + sum(self._sizes.get(id(child), 1) for child in children)
        if size > MOST_EXPANDED:
            expected = f"at most {MOST_EXPANDED:,} values when all aliases are written out"
            what, do = "the aliases grow without measure", "use fewer aliases of aliases"
            raise UnreadableError(what, expected, do, node, path)
        return size

    def _pairs(self, node: MappingNode, path: Path) -> _Entries:
        """The entries of a map; those taken over by ``<<`` yield to its own."""
        own: _Entries = {}
        inherited: list[_Entries] = []
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._refuse_key(key, path)
            elif key.value == "<<" and key.tag == PLAIN:
                inherited += self._merged(value, (*path, "<<"))
            elif key.value in own:
                self._refuse_duplicate(key, own[key.value][0], path)
            else:
                own[key.value] = (key, value)
        base: _Entries = {}
        for entries in reversed(inherited):
            base |= entries
        self._entries[id(node)] = base | own
        return self._entries[id(node)]

    def _merged(self, value: Node, path: Path) -> list[_Entries]:
        parts = value.value if isinstance(value, SequenceNode) else [value]
        found = []
        for part in parts:
            if isinstance(part, MappingNode):
                self._value(part, path)
                found.append(self._entries[id(part)])
            else:
                do = "put the alias of a map behind <<"
                self._note(part, path, "<< takes over a map", "an alias such as *common", do)
        return found

    def _refuse_tag(self, node: Node, path: Path) -> None:
        what = f"the tag {node.tag.replace(TAG, '!!')[:40]} means nothing here"
        self._note(node, path, what, "plain YAML", "remove the tag")

    def _refuse_key(self, key: Node, path: Path) -> None:
        what, expected = "a list or a map is used as a key", "a word in front of the colon"
        self._note(key, path, what, expected, "quote text that begins with [ or {")

    def _refuse_duplicate(self, key: ScalarNode, first: Node, path: Path) -> None:
        what = f"the same key is already in line {position(first)[0]}"
        do = "remove one of the two, or rename it"
        self._note(key, (*path, key.value), what, "each key once in a map", do)

    def _note(self, node: Node, path: Path, what: str, expected: str, do: str) -> None:
        self._problems.append(Problem(*position(node), spelled(path), what, expected, do))
