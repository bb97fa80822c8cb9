"""Every sentence people read exists in every language, with the same names in it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from catalyst_hub.core.policy import LANGUAGES
from catalyst_hub.data_files import share_dir

ROOT = Path(__file__).parents[2]
LOCALE = share_dir() / "locale"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")


@cache
def sentences() -> Catalog:
    """What `make translations` collects: msgids as they stand in code and templates."""
    with (LOCALE / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = Catalog()
    for name, line, message, _, context in extract_from_dir(
        ROOT, methods, options, keywords={**DEFAULT_KEYWORDS, "N_": None}
    ):
        found.add(message, locations=[(name, line)], context=context)
    return found


@cache
def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "catalyst_hub.po").open("rb") as file:
        return read_po(file, locale=language)


def translations(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def first_id(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else message.id


def names_in(text: str) -> set[str]:
    return {percent or brace for percent, brace in PLACEHOLDER.findall(text)}


def entries(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def test_there_are_sentences_to_translate():
    assert len(sentences()) > 50


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language):
    translated = catalogue(language)
    missing = []
    for message in sentences():
        entry = translated.get(message.id, message.context) if message.id else message
        if entry is None or (message.id and not all(translations(entry))):
            missing.append(f"{message.locations[0][0]}:{message.locations[0][1]}: {message.id}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language):
    assert [first_id(message) for message in entries(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language):
    used = {(first_id(message), message.context) for message in sentences()}
    left_over = [m for m in entries(language) if (first_id(m), m.context) not in used]
    assert [first_id(message) for message in left_over] == []
    assert list(catalogue(language).obsolete) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_names_the_same_things(language):
    wrong = [
        (first_id(message), text)
        for message in entries(language)
        for text in translations(message)
        if text and not names_match(message, text)
    ]
    assert wrong == []


def names_match(message: Message, text: str) -> bool:
    """A plural's singular may leave the number out; nothing else may differ."""
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    return any(names_in(text) == names_in(source) for source in ids)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_plural_has_as_many_forms_as_the_language(language):
    plurals = [message for message in entries(language) if isinstance(message.id, tuple)]
    forms = catalogue(language).num_plurals
    assert [m.id for m in plurals if len(translations(m)) != forms] == []
