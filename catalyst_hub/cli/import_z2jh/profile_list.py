"""``singleuser.profileList`` as it is written, and as the old hub completes it."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass, field

from catalyst_hub.cli.import_z2jh.overrides import OF_A_SIZE, Traits, helm_order, read_overrides
from catalyst_hub.cli.import_z2jh.values import Value

#: What people wrote into such texts; ``<image>`` is a word in angle brackets.
_TAG = re.compile(
    r"</?(?:a|b|big|br|center|code|div|em|font|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|sub|sup"
    r"|u|ul)\b[^<>]*>",
    re.I,
)
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 50


def plain_text(text: str, longest: int) -> str:
    """A text without HTML, on one line, cut to a length."""
    words = " ".join(html.unescape(_TAG.sub(" ", text)).split())
    return words if len(words) <= longest else f"{words[: longest - 1].rstrip()}…"


def slug_of(text: str) -> str:
    """A name as the communities file has them; ``x`` when nothing is left of a text."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _NO_SLUG.sub("-", letters.lower()).strip("-")
    return slug[:_LONGEST_SLUG].strip("-") or "x"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of an option. ``groups``: only their people may take it; None: everybody."""

    key: str
    slug: str
    title: str
    description: str
    overrides: Traits
    groups: frozenset[str] | None
    value: Value


@dataclass(frozen=True, slots=True)
class OwnValue:
    """What a person may write in instead of a choice, if it fits the ``pattern``."""

    title: str
    pattern: str
    message: str
    overrides: Traits
    groups: frozenset[str] | None
    value: Value


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a profile; ``default`` is the key of the choice to begin with."""

    key: str
    choices: tuple[Choice, ...]
    default: str
    own_value: OwnValue | None

    @property
    def is_of_a_size(self) -> bool:
        """Whether it decides how large a server is, and nothing else."""
        keys = {key for choice in self.choices for key in choice.overrides}
        return bool(keys) and keys <= OF_A_SIZE and self.own_value is None


@dataclass(frozen=True, slots=True)
class Entry:
    """One profile of the list; ``options`` in the order in which their overrides apply."""

    slug: str
    title: str
    description: str
    is_default: bool
    overrides: Traits
    options: tuple[Option, ...]
    groups: frozenset[str] | None
    value: Value | None = field(default=None)


def read_profile_list(value: Value) -> tuple[Entry, ...]:
    """The profiles of a list, or of a map, which z2jh sorts by its keys."""
    if isinstance(value.data, dict):
        entries = [one for _, one in sorted(value.map().items(), key=lambda e: helm_order(e[0]))]
    else:
        entries = value.list()
    found: dict[str, Entry] = {}
    for value in entries:
        if not value.is_there:
            value.drop("null takes this profile away")
            continue
        entry = _entry(value)
        if entry.slug in found:
            value.drop("a profile before it has the same slug, so nobody could ever start it")
        found.setdefault(entry.slug, entry)
    return tuple(found.values())


def _entry(value: Value) -> Entry:
    value.map()
    title = value["display_name"].text()
    if not title:
        value.refuse("this profile has no display_name", "the key display_name", "add it")
    options = sorted(value["profile_options"].map().items(), key=lambda one: helm_order(one[0]))
    return Entry(
        slug_of(value["slug"].text() or plain_text(title, 100)),
        plain_text(title, 100),
        plain_text(value["description"].text(), 500),
        bool(value["default"].flag()),
        read_overrides(value["kubespawner_override"]),
        tuple(_option(key, option) for key, option in options),
        _groups(value["allowed_groups"]),
        value,
    )


def _option(key: str, value: Value) -> Option:
    value["display_name"].drop("the picker has one list of sizes, without headings")
    choices = [_choice(name, one) for name, one in value["choices"].map().items()]
    in_order = sorted(choices, key=lambda choice: helm_order(choice.key))
    marked = [one.key for one in in_order if value["choices"][one.key]["default"].flag()]
    default = (*marked, *(one.key for one in in_order), "")[0]
    value["choices"].take() if not choices else None
    return Option(key, tuple(choices), default, _own_value(value["unlisted_choice"]))


def _choice(key: str, value: Value) -> Choice:
    title = value["display_name"].text() or key
    return Choice(
        key,
        slug_of(value["slug"].text() or key),
        plain_text(title, 100),
        plain_text(value["description"].text(), 500),
        read_overrides(value["kubespawner_override"]),
        _groups(value["allowed_groups"]),
        value,
    )


def _own_value(value: Value) -> OwnValue | None:
    if not value["enabled"].flag():
        value.drop("it is not enabled")
        return None
    value["display_name_in_choices"].take()
    return OwnValue(
        plain_text(value["display_name"].text(), 100),
        _pattern(value["validation_regex"]),
        plain_text(value["validation_message"].text(), 500),
        read_overrides(value["kubespawner_override"]),
        _groups(value["allowed_groups"]),
        value,
    )


def _pattern(value: Value) -> str:
    text = value.text()
    try:
        re.compile(text)
    except re.error as error:
        expected, do = "a regular expression", "correct it"
        value.refuse(f"this is no regular expression: {error}", expected, do)
    return text


def _groups(value: Value) -> frozenset[str] | None:
    return frozenset(value.texts()) if value.is_there else None
