"""Which hub a communities file is for, even when nothing else in it can be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from catalyst_hub.communities_file import CommunitiesFileError, read_text

_DOWN = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_UP = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def hub_named_in(path: Path) -> str | None:
    """What the file says before its first mistake; None: it does not say, or cannot be read."""
    try:
        return next(_names(read_text(path)), None)
    except (CommunitiesFileError, yaml.YAMLError):
        return None


def _names(text: str) -> Iterator[str]:
    """The values of ``hub: {name: …}``; the parser goes no further than asked."""
    above: list[str] = []
    key: str | None = None
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        if isinstance(event, _DOWN):
            above.append(key or "")
            key = None
        elif isinstance(event, _UP):
            above.pop()
            key = None
        elif isinstance(event, yaml.ScalarEvent):
            if key == "name" and above == ["", "hub"]:
                yield event.value
            key = event.value if key is None else None
        elif isinstance(event, yaml.AliasEvent):
            key = None
