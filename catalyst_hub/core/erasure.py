"""Forgetting a person: what stands in her place, and how her name is taken out of what stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.unit_of_work import Person

#: Facts of an audit line or a mail that name somebody by hub name or display name, although the
#: line is about another. A new fact that names a person is called by one of these.
NAMING_FACTS = frozenset({"by", "name", "names", "owner", "person", "asked_by", "display_name"})
#: A shorter word would be found in the middle of what has nothing to do with her.
_SHORTEST_IN_TEXT = 3


class ErasingRefusal(StrEnum):
    """Why a person cannot be erased now."""

    UNKNOWN = "unknown"
    OPERATOR = "operator"
    SERVERS = "servers"


@dataclass(frozen=True, slots=True)
class ErasureOutlook:
    """What somebody ought to know before she is erased. ``alone_in`` are the communities that
    nobody would be left in charge of; ``is_listed``: the communities file names her, and it is
    the operator's."""

    person: Person
    refusal: ErasingRefusal | None
    alone_in: tuple[Community, ...]
    is_listed: bool


def erasing_refusal(*, is_operator: bool, servers: int) -> ErasingRefusal | None:
    """Why somebody may not be erased now. An operator would be one again at the next sign-in, and
    a server that runs would go on being charged to nobody."""
    if is_operator:
        return ErasingRefusal.OPERATOR
    return ErasingRefusal.SERVERS if servers else None


def alias_of(person: Person) -> str:
    """What stands for an erased person's hub name: nobody can get a name with a colon."""
    return f"erased:{person.pseudonym}"


def retired_digest(hub: str, name: str) -> str:
    """By which a name is known again without being kept. Whoever holds the database can try a
    name that she guesses; that nobody gets another's files is worth it."""
    return hashlib.sha256(f"{hub}\n{name}".encode()).hexdigest()


def without(value: object, words: Collection[str], alias: str) -> object:
    """The same JSON value with the alias in place of each of the words, wherever it stands."""
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    in_text = [re.escape(word) for word in longest_first if len(word) >= _SHORTEST_IN_TEXT]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(in_text)})(?!\w)", re.IGNORECASE)
    exact = {word.casefold() for word in longest_first}

    def replaced(text: str) -> str:
        if text.casefold() in exact:
            return alias
        return pattern.sub(alias, text) if in_text else text

    return _mapped(value, replaced)


def without_names(value: object, words: Collection[str], alias: str) -> object:
    """The same facts, told of somebody else: only what names a person is changed, or whoever
    called herself ``member`` could rewrite everybody's history by going."""
    if not isinstance(value, Mapping):
        return value
    return {
        key: without(fact, words, alias)
        if key in NAMING_FACTS
        else without_names(fact, words, alias)
        for key, fact in value.items()
    }


def _mapped(value: object, replaced: Callable[[str], str]) -> object:
    match value:
        case str():
            return replaced(value)
        case Mapping():
            return {key: _mapped(fact, replaced) for key, fact in value.items()}
        case list() | tuple():
            return [_mapped(item, replaced) for item in value]
        case _:
            return value
