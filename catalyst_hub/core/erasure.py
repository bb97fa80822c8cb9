"""Forgetting a person: what stands in her place, and how her name is taken out of what stays."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalyst_hub.core.community import Community
from catalyst_hub.core.unit_of_work import Person

#: Facts of an audit line or a mail that name somebody, by hub name or by display name, although
#: the line is about another. A new fact that names a person is called by one of these.
_HUB_NAMES = frozenset({"by", "owner", "person", "asked_by"})
NAMING_FACTS = _HUB_NAMES | {"name", "names", "display_name"}
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


def without(value: object, name: str, words: Collection[str], alias: str) -> object:
    """The same JSON value with the alias in place of each of the words, wherever it stands; but a
    hub name only where it is just ``name``: others may be called like her, and ``kofi-2`` is not
    ``kofi``."""
    return _mapped(value, _in_text(words, alias), _exactly({name}, alias))


def without_names(value: object, name: str, words: Collection[str], alias: str) -> object:
    """The same facts, told of somebody else: only what names a person is changed, or whoever
    called herself ``member`` could rewrite everybody's history by going."""
    if not isinstance(value, Mapping):
        return value
    word, hub_name = _exactly(words, alias), _exactly({name}, alias)
    return {
        key: _mapped(fact, word, hub_name, key)
        if key in NAMING_FACTS
        else without_names(fact, name, words, alias)
        for key, fact in value.items()
    }


def _exactly(words: Collection[str], alias: str) -> Callable[[str], str]:
    whole = {word.casefold() for word in words if word}
    return lambda text: alias if text.casefold() in whole else text


def _in_text(words: Collection[str], alias: str) -> Callable[[str], str]:
    """Also in the middle of a sentence."""
    exactly = _exactly(words, alias)
    longest_first = sorted(filter(None, words), key=len, reverse=True)
    in_text = [re.escape(word) for word in longest_first if len(word) >= _SHORTEST_IN_TEXT]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(in_text)})(?!\w|-\d)", re.IGNORECASE)

    def replaced(text: str) -> str:
        whole = exactly(text)
        return pattern.sub(alias, text) if in_text and whole == text else whole

    return replaced


def _mapped(
    value: object, word: Callable[[str], str], hub_name: Callable[[str], str], key: object = None
) -> object:
    match value:
        case str():
            return hub_name(value) if key in _HUB_NAMES else word(value)
        case Mapping():
            return {key: _mapped(fact, word, hub_name, key) for key, fact in value.items()}
        case list() | tuple():
            return [_mapped(item, word, hub_name, key) for item in value]
        case _:
            return value
