"""A document of maps, lists and words as YAML with comments.

A plain writer: what it writes is the same for the same document, whatever library is installed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/~^][\w ./@+~^$()\[\]-]*(?::[\w./@+-]+)*", re.A)
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?[KMGT]?", re.A)
_WORDS = frozenset(["null", "~", "true", "false", "yes", "no", "on", "off", "y", "n"])
_UNSAFE = re.compile("[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE = 100
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Noted:
    """A value with words beside it and lines above it."""

    value: Any
    beside: str = ""
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """A map that may occur again: written once, an alias stands for it elsewhere."""

    name: str
    value: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was spelled: ``2G``, ``0.093``."""

    text: str


def yaml_of(document: dict[str, Any], above: Sequence[str] = ()) -> str:
    """The document as text; ``above`` are comments at its top."""
    lines = [*_comments(above, 0), *_Writer(_repeated(document)).map(document, 0)]
    return "".join(f"{line}\n" for line in lines)


def bare(value: Any) -> Any:
    """The value without notes, as it compares."""
    if isinstance(value, Noted | Shared):
        return bare(value.value)
    if isinstance(value, dict):
        return {key: bare(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [bare(one) for one in value]
    return value.text if isinstance(value, Number) else value


def _key(shared: Shared) -> str:
    return json.dumps(bare(shared))


def _repeated(document: dict[str, Any]) -> frozenset[str]:
    """What occurs more than once, not counting what is within a repetition."""
    seen: dict[str, int] = {}
    _count(document, seen)
    return frozenset(key for key, times in seen.items() if times > 1)


def _count(value: Any, seen: dict[str, int]) -> None:
    if isinstance(value, Noted):
        _count(value.value, seen)
    elif isinstance(value, Shared):
        seen[_key(value)] = seen.get(_key(value), 0) + 1
        if seen[_key(value)] == 1:
            _count(value.value, seen)
    elif isinstance(value, dict):
        for one in value.values():
            _count(one, seen)
    elif isinstance(value, list | tuple):
        for one in value:
            _count(one, seen)


def _comments(lines: Sequence[str], depth: int) -> Iterator[str]:
    for line in lines:
        yield f"{_INDENT * depth}# {_printable(line)}".rstrip()


def _printable(text: str) -> str:
    return _UNSAFE.sub(" ", text)


class _Writer:
    def __init__(self, repeated: frozenset[str]) -> None:
        self._repeated = repeated
        self._names: dict[str, str] = {}

    def map(self, entries: dict[str, Any], depth: int) -> Iterator[str]:
        for key, value in entries.items():
            note = value if isinstance(value, Noted) else Noted(value)
            yield from _comments(note.above, depth)
            yield from self._entry(f"{_INDENT * depth}{_scalar(key)}:", note, depth)

    def _entry(self, head: str, note: Noted, depth: int) -> Iterator[str]:
        value, beside = note.value, f"  # {_printable(note.beside)}" if note.beside else ""
        if isinstance(value, Shared):
            key = _key(value)
            if key in self._names:
                yield f"{head} *{self._names[key]}{beside}"
                return
            if key in self._repeated:
                head += f" &{self._name(key, value.name)}"
            value = value.value
        flow = _flow(value)
        if flow is not None and len(head) + len(flow) < _LINE:
            yield f"{head} {flow}{beside}"
        elif isinstance(value, dict):
            yield head + beside
            yield from self.map(value, depth + 1)
        elif isinstance(value, list):
            yield head + beside
            yield from self._list(value, depth + 1)
        else:
            yield f"{head} {_scalar(value)}{beside}"

    def _list(self, items: list[Any], depth: int) -> Iterator[str]:
        for item in items:
            note = item if isinstance(item, Noted) else Noted(item)
            yield from _comments(note.above, depth)
            flow = _flow(note.value)
            beside = f"  # {_printable(note.beside)}" if note.beside else ""
            if flow is not None:
                yield f"{_INDENT * depth}- {flow}{beside}"
                continue
            # A list of lists does not occur: what is no line is a map.
            first, *rest = self.map(note.value, depth + 1)
            yield f"{_INDENT * depth}- {first.lstrip()}{beside}"
            yield from rest

    def _name(self, key: str, wanted: str) -> str:
        name, count = wanted, 1
        while name in self._names.values():
            count += 1
            name = f"{wanted}-{count}"
        self._names[key] = name
        return name


def _flow(value: Any) -> str | None:
    """A short value on one line; None: it takes several."""
    if isinstance(value, Noted | Shared):
        return None
    if isinstance(value, dict):
        parts = [(key, _flow(one)) for key, one in value.items()]
        if any(part is None or isinstance(value[key], dict) for key, part in parts):
            return "{}" if not value else None
        text = "{" + ", ".join(f"{_scalar(key, True)}: {part}" for key, part in parts) + "}"
        return text if len(text) < _LINE * 2 // 3 else None
    if isinstance(value, list):
        items = [_flow(one) for one in value]
        if any(
            item is None or isinstance(one, dict) for item, one in zip(items, value, strict=True)
        ):
            return None
        text = "[" + ", ".join(map(str, items)) + "]"
        return text if len(text) < _LINE * 2 // 3 else None
    return _scalar(value, True)


def _scalar(value: Any, is_in_flow: bool = False) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Number):
        return value.text
    return value if _is_plain(value, is_in_flow) else _quoted(value)


def _is_plain(text: str, is_in_flow: bool) -> bool:
    if not _PLAIN.fullmatch(text) or text != text.strip() or text.lower() in _WORDS:
        return False
    return not (is_in_flow and re.search(r"[\[\]{},]", text)) and not _NUMBER.fullmatch(text)


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: _escaped(found[0]), written)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
